"""What the official SDK needs to check a job: its part in the comparison. Run with a Python that has azure-ai-ml."""

import sys

from azure.ai.ml import load_job

job = load_job(sys.argv[1])
result = job._validate()
if not result.passed:
    sys.exit(str(result))
