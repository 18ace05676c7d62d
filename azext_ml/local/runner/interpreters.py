"""Python interpreters of this machine, for the processes of jobs."""

import json
import os
import re
import shutil
import subprocess
import sys
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
            raise Failure(f"The setting `[ml] python` names {wanted}, which is not a Python interpreter that runs.", "PythonNotFound")
        return found
    for folder in _path(environ):
        for name in ("python3", "python"):
            found = probe(os.path.join(folder, name), environ)
            if found and found.version >= (3,) and os.path.realpath(found.prefix) != os.path.realpath(prefix):
                return found
    raise Failure("There is no python3 on PATH besides the one that this extension runs on. Name one with "
                  "`az config set ml.python=/path/to/python3`.", "PythonNotFound")


def nearest(wanted, environ, uv):
    """(Interpreter, is_exact) for a version such as "3.10", "3.8.5" or ">=3.9,<3.12": that minor version, else the nearest
    newer one, else the newest there is. Raises Failure when there is none at all."""
    first = _first_minor(wanted)
    found = {}
    for minor in range(first, NEWEST_MINOR):
        interpreter = _on_path(f"python3.{minor}", environ)
        if interpreter and interpreter.version[1] == minor:
            found[minor] = interpreter
            break
    if first not in found and uv:
        for path in _known_to_uv(uv, environ):
            interpreter = probe(path, environ)
            if interpreter and interpreter.version[0] == 3:
                found.setdefault(interpreter.version[1], interpreter)
    python3 = _on_path("python3", environ) or probe(sys.executable, environ)
    if python3:
        found.setdefault(python3.version[1], python3)
    if not found:
        raise Failure(f"No Python interpreter was found on this machine, and the environment asks for Python {wanted}.", "PythonNotFound")
    newer = [minor for minor in found if minor >= first]
    chosen = min(newer) if newer else max(found)
    return found[chosen], _allows(wanted, chosen)


def probe(path, environ):
    """The Interpreter at `path`, or None. Asks it once per process of ours."""
    if not os.path.isabs(path):
        path = shutil.which(path, path=environ.get("PATH")) or path
    key = (path, environ.get("PYENV_VERSION"))
    if key not in _probed:
        _probed[key] = ask(path, environ)
    return _probed[key]


_probed: dict = {}


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


def _on_path(name, environ):
    path = shutil.which(name, path=environ.get("PATH"))
    return probe(path, environ) if path else None


def _path(environ):
    return [folder for folder in environ.get("PATH", os.defpath).split(os.pathsep) if folder]


def _known_to_uv(uv, environ):
    """Paths of interpreters that uv finds in places of its own knowledge."""
    try:
        answer = subprocess.run([uv, "python", "list", "--only-installed", "--output-format", "json"], stdin=subprocess.DEVNULL,
                                stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=60, check=True, cwd="/",
                                env={**environ, "UV_PYTHON_DOWNLOADS": "never"}).stdout
        return [entry["path"] for entry in json.loads(answer) if entry.get("path") and entry.get("implementation", "cpython") == "cpython"]
    except (OSError, ValueError, subprocess.SubprocessError):
        return []


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
