"""The Python of a job.

An environment with requirements is a virtual environment under <root>/envs/<digest>, shared by all jobs that ask for the
same. It is built in its place, under a lock of its own, and counts once `ready.json` stands in it: virtual environments hold
absolute paths, so one that was built elsewhere and moved would not run. Builds that were cut off are made again.

On top of it, or of a plain interpreter when there are no requirements, every job gets a thin virtual environment (some links
and a .pth file): `pip install` in a job's command changes that job's environment only.
"""

import fcntl
import hashlib
import json
import os
import platform
import re
import shlex
import shutil
import signal
import subprocess
import sys
import time
from typing import NamedTuple, Tuple

from azext_ml.local.root import environment_folder
from azext_ml.local.runner import conda, interpreters, pipconfig
from azext_ml.local.runner.failure import Failure, Stopped

READY = "ready.json"
_TAIL_LINES = 20
_LAYOUT = 1                       # part of the digest: raise it when environments must be built anew
# Not for installers: what names the Python that az runs on, and the logins that a package's own build code could read.
_KEPT_FROM_INSTALLERS = ("VIRTUAL_ENV", "CONDA_", "PYTHON", "UV_PROJECT", "AZURE_", "AZML_")


class Built(NamedTuple):
    """What a job's thin environment stands on, and sentences for its warnings."""

    interpreter: interpreters.Interpreter
    warnings: Tuple[str, ...]


def prepare(root, environment, setting, environ, *, log, stopped, mark):
    """The Python for the properties of an environment version ({} for none), built when it does not exist.

    `setting(name)`: text of a setting of [ml] or None. `log(text)` takes the installer's output. `stopped()` is asked while
    waiting; raises Stopped when it says yes. `mark`: value of AZML_RUN_ID for the installer. Raises Failure.
    """
    warnings = []
    if environment.get("build"):
        warnings.append("The environment's build context (Dockerfile) is not built locally; the job runs on this machine's Python.")
    if not environment.get("condaFile"):
        interpreter = interpreters.default(setting, environ)
        if environment.get("image"):
            warnings.append(f"The image {environment['image']} is not used locally; the job runs on {_describe(interpreter)}.")
        return Built(interpreter, tuple(warnings))
    requirements = conda.parse(environment["condaFile"])
    folder = environment_folder(root, digest(requirements, setting("python") or ""))
    ready = _read_ready(folder) or _build(folder, requirements, setting, environ, log, stopped, mark)
    if ready["substitute"]:
        _refuse_if_strict(setting, ready["substitute"])
        warnings.append(f"{ready['substitute']}; the job runs on Python {'.'.join(map(str, ready['python'].version))}.")
    return Built(ready["python"], tuple(warnings) + requirements.notes)


def digest(requirements, python):
    """Name of the environment's folder, from what was asked for. Which interpreter that led to stands in ready.json: asking
    the interpreters each time would cost every job a few hundred milliseconds. `python`: the setting, where no version is named."""
    wanted = [_LAYOUT, requirements.python or f"any:{python}", requirements.lines, requirements.caps, platform.machine()]
    return hashlib.sha256(json.dumps(wanted).encode()).hexdigest()[:32]


def layer(folder, base):
    """Makes a job's thin virtual environment in `folder` on the Interpreter `base`; returns its bin folder."""
    version = "{}.{}".format(*base.version)
    bin_folder, packages = os.path.join(folder, "bin"), os.path.join(folder, "lib", f"python{version}", "site-packages")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(bin_folder)
    os.makedirs(packages)
    for name in ("python", "python3", f"python{version}"):
        os.symlink(base.binary, os.path.join(bin_folder, name))
    with open(os.path.join(folder, "pyvenv.cfg"), "w", encoding="utf-8") as file:
        file.write(f"home = {os.path.dirname(base.binary)}\n"
                   f"include-system-site-packages = {'false' if base.is_virtual else 'true'}\n"
                   f"version = {'.'.join(map(str, base.version))}\n")
    if base.is_virtual:
        with open(os.path.join(packages, "_job_environment.pth"), "w", encoding="utf-8") as file:
            file.writelines(f"import site; site.addsitedir({path!r})\n" for path in base.packages)
    for name in ("pip", "pip3"):
        path = os.path.join(bin_folder, name)
        with open(path, "w", encoding="utf-8") as file:
            file.write(f"#!/bin/sh\nexec {shlex.quote(os.path.join(bin_folder, 'python'))} -m pip \"$@\"\n")
        os.chmod(path, 0o755)
    return bin_folder


def find_uv(environ):
    """Path of uv: the one installed with this extension, else the one on PATH, else None."""
    beside = os.path.join(os.path.dirname(sys.executable), "uv")
    return beside if os.access(beside, os.X_OK) else shutil.which("uv", path=environ.get("PATH"))


def _interpreter(wanted, setting, environ):
    """(Interpreter, what it stands in for or None) for the version that the conda file names, None for any."""
    if not wanted:
        try:
            return interpreters.default(setting, environ), None
        except Failure:
            # A new virtual environment on the same interpreter shares nothing with az but the standard library.
            return interpreters.probe(sys.executable, environ), None
    interpreter, exact = interpreters.nearest(wanted, environ)
    return interpreter, None if exact else f"Python {wanted} is not installed on this machine"


def _refuse_if_strict(setting, problem):
    if (setting("strict_python") or "").lower() in ("1", "true", "yes", "on"):
        raise Failure(f"{problem}, and the setting `[ml] strict_python` forbids another version.", "PythonNotFound")


def _read_ready(folder):
    """What ready.json of a complete environment says, None when there is none or its interpreter has gone."""
    try:
        with open(folder / READY, encoding="utf-8") as file:
            ready = json.load(file)
    except (OSError, ValueError):
        return None
    if not os.access(folder / "bin" / "python", os.X_OK):
        return None
    executable, binary, version, prefix, base_prefix, packages = ready["python"]
    ready["python"] = interpreters.Interpreter(executable, binary, tuple(version), prefix, base_prefix, tuple(packages))
    return ready


def _describe(interpreter):
    return f"Python {'.'.join(map(str, interpreter.version))} ({interpreter.executable})"


def _build(folder, requirements, setting, environ, log, stopped, mark):
    """Makes the environment unless another job did so meanwhile; returns what its ready.json says."""
    os.makedirs(folder.parent, mode=0o700, exist_ok=True)
    lock = os.open(f"{folder}.lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        _wait_for(lock, stopped)
        ready = _read_ready(folder)
        if ready:
            return ready
        uv = find_uv(environ)
        interpreter, substitute = _interpreter(requirements.python, setting, environ)
        if substitute:
            _refuse_if_strict(setting, substitute)
        shutil.rmtree(folder, ignore_errors=True)
        started = time.monotonic()
        log(f"Making the Python environment {folder.name} for {_describe(interpreter)}.\n")
        for note in requirements.notes:
            log(f"{note}\n")
        _install(folder, requirements, interpreter, uv, _Installer(folder, {**_for_installer(environ), "AZML_RUN_ID": mark}, lock,
                                                                  log, stopped), log)
        log(f"Made in {time.monotonic() - started:.1f} s.\n")
        python = interpreters.ask(str(folder / "bin" / "python"), environ)
        ready = {"python": python, "substitute": substitute, "requirements": requirements.lines}
        _write(f"{folder / READY}.new", [json.dumps(ready)])
        os.replace(f"{folder / READY}.new", folder / READY)
        return _read_ready(folder)
    finally:
        os.close(lock)


def _install(folder, requirements, interpreter, uv, run, log):
    lines = list(requirements.lines)
    wanted, caps = f"{folder}.requirements.txt", f"{folder}.constraints.txt"
    _write(wanted, [line for line in lines if line != "--pre"])
    _write(caps, requirements.caps)
    constraints = ["-c", caps] if requirements.caps else []
    python = str(folder / "bin" / "python")
    if uv:
        early = ["--prerelease", "allow"] if "--pre" in lines else []
        run([uv, "venv", "--quiet", "--python", interpreter.binary, str(folder)])
        run([uv, "pip", "install", "--python", python, "-r", wanted, *constraints, *early])
        if not os.path.exists(folder / "bin" / "pip"):
            _add_pip(uv, python, run, log)
    else:
        early = ["--pre"] if "--pre" in lines else []
        log("uv was not found; making the environment with venv and pip, which takes longer. `pip install uv` makes it quick.\n")
        run([interpreter.binary, "-m", "venv", str(folder)])
        run([python, "-m", "pip", "install", "--no-input", "-r", wanted, *constraints, *early])
    for path in (wanted, caps):
        os.unlink(path)


def _add_pip(uv, python, run, log):
    """Commands of jobs say `pip install`; unless an index has pip, those then fail, and others do not."""
    try:
        run([uv, "pip", "install", "--python", python, "pip"])
    except Failure:
        log("The environment has no pip: it could not be installed.\n")


class _Installer:
    """Runs the steps of a build, each with its output in the log.

    The step inherits the lock: should the agent be killed, the lock is held until the step is gone too, so that nobody
    builds in the same folder beside it.
    """

    def __init__(self, folder, environ, lock, log, stopped):
        self.folder, self.environ, self.lock, self.log, self.stopped = folder, environ, lock, log, stopped

    def __call__(self, argv):
        with open(f"{self.folder}.log", "w+b") as output:
            process = subprocess.Popen(argv, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT, env=self.environ,
                                       cwd=self.folder.parent, start_new_session=True, pass_fds=(self.lock,))
            shown = 0
            try:
                while True:
                    try:
                        code = process.wait(0.1)
                    except subprocess.TimeoutExpired:
                        code = None
                    output.seek(shown)
                    text = output.read()
                    shown += len(text)
                    self.log(_without_secrets(text.decode("utf-8", "replace")))
                    if code is not None:
                        break
                    if self.stopped():
                        raise Stopped()
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()
            if code:
                output.seek(0)
                tail = _without_secrets(output.read().decode("utf-8", "replace")).strip().splitlines()[-_TAIL_LINES:]
                raise Failure("The job's Python environment could not be made:\n" + "\n".join(tail), "EnvironmentBuildFailed")
        os.unlink(f"{self.folder}.log")


def _wait_for(lock, stopped):
    """Takes the lock; fifty jobs that want one environment build it once."""
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return
        except BlockingIOError:
            if stopped():
                raise Stopped() from None
            time.sleep(0.05)


def _for_installer(environ):
    clean = {key: value for key, value in environ.items() if not key.startswith(_KEPT_FROM_INSTALLERS)}
    return {**clean, **pipconfig.for_uv(environ), "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1", "NO_COLOR": "1",
            "PIP_DISABLE_PIP_VERSION_CHECK": "1"}


def _without_secrets(text):
    """The text with credentials in URLs, as indexes have them, blotted out."""
    return re.sub(r"(\w+://)[^/\s:@]+(?::[^/\s@]*)?@", r"\1****@", text)


def _write(path, lines):
    with open(path, "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
