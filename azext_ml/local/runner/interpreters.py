"""Python interpreters of this machine, for the processes of jobs."""

import glob
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from typing import NamedTuple, Optional, Tuple

from azext_ml.local.runner.failure import Failure

NEWEST_MINOR = 30
_PROBE = """
import json, os, sys, sysconfig
paths = sysconfig.get_paths()
print(json.dumps([sys.executable, os.path.realpath(sys.executable), sys.version_info[:3], sys.prefix, sys.base_prefix,
                  sorted({paths["purelib"], paths["platlib"]})]))
"""


class Interpreter(NamedTuple):
    """`executable` as it calls itself, `binary` behind all links, `version` of three numbers, `packages` its site-packages."""

    executable: str
    binary: str
    version: Tuple[int, ...]
    prefix: str
    base_prefix: str
    packages: Tuple[str, ...]

    @property
    def is_virtual(self):
        return self.prefix != self.base_prefix


def default(setting, environ, prefix=sys.prefix):
    """The interpreter for jobs that ask for no version: the setting `python`, else python3 on PATH. Never the one whose
    packages this extension runs on: a job must neither use nor change those. Raises Failure."""
    wanted = setting("python")
    if wanted:
        found = probe(wanted, environ)
        if found is None:
            raise Failure(f"The setting `[ml] python` names {wanted}, which is not a Python interpreter that runs.",
                          "PythonNotFound")
        return found
    for folder in _path(environ):
        for name in ("python3", "python"):
            found = probe(os.path.join(folder, name), environ)
            if found and found.version >= (3,) and os.path.realpath(found.prefix) != os.path.realpath(prefix):
                return found
    raise Failure("There is no python3 on PATH besides the one that this extension runs on. Name one with "
                  "`az config set ml.python=/path/to/python3`.", "PythonNotFound")


def nearest(wanted, environ):
    """(Interpreter, is_allowed) for a version such as "3.10", "3.8.5" or ">=3.9,<3.12": that minor version, else the nearest
    newer one, else the newest there is. Raises Failure when there is none at all."""
    first = _first_minor(wanted)
    for minor in (*range(first, NEWEST_MINOR), *range(first - 1, -1, -1)):
        for path in _candidates(f"python3.{minor}", environ):
            found = probe(path, environ)
            if found and found.version[:2] == (3, minor):
                return found, _allows(wanted, minor)
    found = probe("python3", environ) or probe(sys.executable, environ)
    if not found:
        raise Failure(f"No Python interpreter was found on this machine, and the environment asks for Python {wanted}.",
                      "PythonNotFound")
    return found, _allows(wanted, found.version[1])


def probe(path, environ):
    """The Interpreter at `path`, or None. Asks it once per process of ours."""
    if not os.path.isabs(path):
        path = shutil.which(path, path=environ.get("PATH")) or path
    key = (path, environ.get("PYENV_VERSION"))
    with _probing:
        if key not in _probed:
            _probed[key] = ask(path, environ)
        return _probed[key]


_probed: dict = {}
_probing = threading.Lock()


def ask(path, environ) -> Optional[Interpreter]:
    """As probe, without remembering."""
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        return None
    clean = {key: value for key, value in environ.items() if not key.startswith("PYTHON")}
    try:
        answer = subprocess.run([path, "-I", "-c", _PROBE], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, cwd="/",
                                stderr=subprocess.DEVNULL, env=clean, timeout=20, check=True).stdout
        executable, binary, version, prefix, base_prefix, packages = json.loads(answer)
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return Interpreter(executable, binary, tuple(version), prefix, base_prefix, tuple(packages))


def _candidates(name, environ):
    """Paths at which an interpreter of that name stands: on PATH, then where version managers keep theirs, newest first."""
    for folder in _path(environ):
        path = os.path.join(folder, name)
        if os.path.isfile(path):
            yield path
    home = environ.get("HOME") or os.path.expanduser("~")
    data = environ.get("XDG_DATA_HOME") or os.path.join(home, ".local", "share")
    for folder in (os.path.join(environ.get("PYENV_ROOT") or os.path.join(home, ".pyenv"), "versions"),
                   environ.get("UV_PYTHON_INSTALL_DIR") or os.path.join(data, "uv", "python"),
                   os.path.join(home, ".asdf", "installs", "python"), os.path.join(data, "mise", "installs", "python"),
                   "/opt/homebrew/opt", "/usr/local/opt"):
        yield from sorted(glob.glob(os.path.join(glob.escape(folder), "*", "bin", name)), reverse=True)


def _path(environ):
    return [folder for folder in environ.get("PATH", os.defpath).split(os.pathsep) if folder]


def _first_minor(wanted):
    """The lowest minor version of Python 3 that `wanted` allows."""
    return max((minor + (operator == ">") for operator, minor in _bounds(wanted) if operator in ("", ">=", ">")), default=0)


def _allows(wanted, minor):
    return all({"": minor == bound, ">=": minor >= bound, ">": minor > bound, "<": minor < bound, "<=": minor <= bound,
                "!=": True}[operator] for operator, bound in _bounds(wanted))


def _bounds(wanted):
    """"3.10.4" or ">=3.9,<3.12" as [(operator, minor)]; what stands behind the minor version is not held to."""
    bounds = []
    for bound in wanted.split(","):
        operator, major, minor = re.fullmatch(r"\s*([=<>~!]*)\s*(\d+)(?:\.(\d+))?.*", bound).groups()
        if major != "3" and operator in ("", "=", "==", "~="):
            raise Failure(f"The environment asks for Python {wanted}; jobs run on Python 3.", "PythonNotFound")
        if major == "3" and minor:
            bounds.append(("" if operator in ("=", "==", "~=") else operator, int(minor)))
    return bounds
