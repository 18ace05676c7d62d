"""What can be wrong with an installation, looked at from the outside. Nothing is changed."""

import os
import platform
import shutil
import sys
import tempfile

from azext_ml import __version__
from azext_ml.cli.settings import extension_folder, setting_of_file
from azext_ml.core.errors import MLError

_ROOM_BYTES = 2 << 30           # an environment with a usual scientific stack takes about one


def checks(environ=os.environ):
    """(name, whether it is well, what was found, what to do when it is not) of each check."""
    yield "extension", True, f"{__version__} in {extension_folder()}", None
    yield _core()
    yield _installed(environ)
    yield "python of the commands", sys.version_info >= (3, 10), f"{platform.python_version()} ({sys.executable})", \
        "Use Python 3.10 or newer."
    yield _python_of_jobs(environ)
    yield _uv(environ)
    yield from _root(environ)


def _core():
    try:
        from azure.cli.core import __version__ as version
    except ImportError:
        return "azure-cli-core", False, "not found", "Install it: pip install 'ml[standalone]' from this project's folder or wheel."
    return "azure-cli-core", True, version, None


def _installed(environ):
    """az keeps one extension of a name, and `az extension add --upgrade` may put the official one in the place of this one."""
    folder = environ.get("AZURE_EXTENSION_DIR") or os.path.join(
        environ.get("AZURE_CONFIG_DIR") or os.path.join(os.path.expanduser("~"), ".azure"), "cliextensions")
    place = os.path.join(folder, "ml")
    if not os.path.isdir(os.path.join(place, "azext_ml")) and not os.path.isdir(os.path.join(place, "azext_mlv2")):
        return "extension of az", True, f"none is installed in {folder}", None
    if os.path.exists(os.path.join(place, "azext_ml", "cli", "azml.py")):
        return "extension of az", True, f"this one, in {place}", None
    return "extension of az", False, f"the official one, in {place}", \
        "az extension remove --name ml, then az extension add --source dist/ml-*.whl"


def _python_of_jobs(environ):
    from azext_ml.local.runner import interpreters
    from azext_ml.local.runner.failure import Failure
    try:
        found = interpreters.default(lambda name: setting_of_file(name, environ), environ)
    except Failure as failure:
        return "python of jobs", False, str(failure), "Install Python 3, or name one with az config set ml.python=<path>."
    return "python of jobs", True, f"{'.'.join(map(str, found.version))} ({found.executable})", None


def _uv(environ):
    from azext_ml.local.runner.environments import find_uv
    found = find_uv(environ)
    return "uv", bool(found), found or "not found: environments are made with venv and pip", "pip install uv"


def _root(environ):
    from azext_ml.local.root import find
    try:
        root = find(environ)
        with tempfile.TemporaryFile(dir=root):
            pass
    except (MLError, OSError) as error:
        yield "local workspace", False, str(error), getattr(error, "fix", None) or "Set AZURE_ML_LOCAL_ROOT to another folder."
        return
    yield "local workspace", True, str(root), None
    free = shutil.disk_usage(root).free
    yield "room on disk", free > _ROOM_BYTES, f"{free / (1 << 30):.1f} GiB", "Delete what is not needed; environments lie in " \
        f"{os.path.join(root, 'envs')} and are made again when they are wanted."
    yield from _agents(root)


def _agents(root):
    """A workspace that has jobs has an agent, unless it died: the next command would start it again."""
    if not os.path.exists(os.path.join(root, "workspace.db")):
        return
    from azext_ml.local import jobqueue, launch
    from azext_ml.local.store import Store
    with Store(root).reading() as tx:
        waiting = jobqueue.workspaces(tx)
    for workspace in waiting:
        alive = launch.wake(launch.folder(root, workspace))
        yield f"agent of {workspace}", alive, "runs" if alive else "has jobs and does not run", \
            f"See {os.path.join(launch.folder(root, workspace), 'agent.log')}."
    if not waiting:
        yield "agent", True, "no workspace has jobs to run", None
