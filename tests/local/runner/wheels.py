"""Wheels made on the spot: environments can be built without any index."""

import ensurepip
import glob
import os
import zipfile
from pathlib import Path


def make(folder, name, version="1.0", code="", scripts=(), requires=()):
    """Writes <name>-<version>-py3-none-any.whl. `scripts`: (command, function) pairs of the module."""
    folder.mkdir(parents=True, exist_ok=True)
    info = f"{name}-{version}.dist-info"
    files = {f"{name}.py": code, f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
             f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
             + "".join(f"Requires-Dist: {each}\n" for each in requires)}
    if scripts:
        files[f"{info}/entry_points.txt"] = "[console_scripts]\n" + "".join(f"{command} = {name}:{function}\n" for command, function in scripts)
    files[f"{info}/RECORD"] = "".join(f"{path},,\n" for path in (*files, f"{info}/RECORD"))
    with zipfile.ZipFile(folder / f"{name}-{version}-py3-none-any.whl", "w") as wheel:
        for path, content in files.items():
            wheel.writestr(path, content)


def offline(folder):
    """Environment variables under which pip and uv install from `folder` (and pip's own wheel) alone."""
    folder.mkdir(parents=True, exist_ok=True)
    bundled = [*glob.glob(str(Path(ensurepip.__file__).parent / "_bundled" / "pip-*.whl")), *glob.glob("/usr/share/python-wheels/pip-*.whl")]
    assert bundled, "Python's own wheel of pip was not found: is the venv module installed?"
    links = f"{folder} {os.path.dirname(bundled[0])}"
    return {"PIP_CONFIG_FILE": os.devnull, "PIP_NO_INDEX": "1", "PIP_FIND_LINKS": links}
