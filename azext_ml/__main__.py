"""`python -m azext_ml` is `azml`."""

import sys

from azext_ml.cli.azml import main

sys.exit(main())
