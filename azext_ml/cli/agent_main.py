"""Entry of the agent's process. It imports the local workspace and nothing of az."""

import sys


def main():
    """Runs the agent of the workspace `sys.argv[2]`, a key "group/name", on the root `sys.argv[1]` until it has nothing to do."""
    from azext_ml.cli.session import local_app
    from azext_ml.local.agent import run
    root, workspace = sys.argv[1:3]
    return run(root, workspace, local_app(root))


if __name__ == "__main__":
    main()
