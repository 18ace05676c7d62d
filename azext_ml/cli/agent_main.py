"""Entry of the agent's process. It imports the local workspace and nothing of az."""

import os
import sys
from functools import partial


def main():
    """Runs the agent of the workspace `sys.argv[2]`, a key "group/name", on the root `sys.argv[1]` until it has nothing to do."""
    from azext_ml.cli.session import local_app
    from azext_ml.cli.settings import setting_of_file
    from azext_ml.local.agent import run
    root, workspace = sys.argv[1:3]
    os.environ.pop("AZURE_ML_ACCESS_TOKEN", None)      # opens a service, not this workspace: no job shall inherit it
    run(root, workspace, local_app(root), setting=partial(setting_of_file, environ=os.environ))


if __name__ == "__main__":
    main()
