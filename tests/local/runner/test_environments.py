"""Environments are built for real, from wheels that are made on the spot."""

import json
import os
import subprocess
import sys
import threading

import pytest

from azext_ml.local.runner import environments, interpreters
from azext_ml.local.runner.failure import Failure, Stopped
from tests.local.runner import wheels

MINOR = f"{sys.version_info[0]}.{sys.version_info[1]}"
# The interpreter below a virtual environment: tests run in one, and jobs must not use that.
BASE = os.path.realpath(sys.executable)


@pytest.fixture
def build(tmp_path):
    """prepare() on a root of its own; build.log is what it said."""
    wheels.make(tmp_path / "wheels", "probe", code="def main():\n    print('probed')\n", scripts=[("probe", "main")])

    def prepare(dependencies, settings=None, stopped=lambda: False, **environ):
        conda = json.dumps({"dependencies": dependencies})
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PIP_", "UV_"))}
        return environments.prepare(tmp_path / "root", {"image": "i", "condaFile": conda}, (settings or {"python": BASE}).get,
                                    {**clean, **wheels.offline(tmp_path / "wheels"), **environ}, log=prepare.log.append, stopped=stopped, mark="m")
    prepare.log, prepare.root = [], tmp_path / "root"
    return prepare


def run(folder, *command):
    return subprocess.run([os.path.join(folder, command[0]), *command[1:]], stdout=subprocess.PIPE, check=True, text=True).stdout


def test_an_environment_is_built_once_and_found_again(build):
    first = build(["pip", {"pip": ["probe"]}])
    assert "probe" in run(os.path.join(first.interpreter.prefix, "bin"), "python", "-c", "import probe; print(probe.__file__)")
    said = len(build.log)
    assert build(["pip", {"pip": ["probe"]}]).interpreter == first.interpreter
    assert len(build.log) == said
    assert first.interpreter.prefix != sys.prefix


def test_console_scripts_and_pip_work_in_the_layer_of_a_job(build, tmp_path):
    wheels.make(tmp_path / "wheels", "extra", code="x = 1\n")
    built = build([{"pip": ["probe"]}])
    ours, theirs = (environments.layer(str(tmp_path / name), built.interpreter) for name in ("a", "b"))
    assert run(os.path.dirname(built.interpreter.executable), "probe") == "probed\n"
    run(ours, "pip", "install", "-q", "--no-index", "--find-links", str(tmp_path / "wheels"), "extra")
    assert run(ours, "python3", "-c", "import extra, probe; print(extra.x)") == "1\n"
    # What one job installs is not seen by another, nor by the environment that they share.
    for folder in (theirs, os.path.dirname(built.interpreter.executable)):
        with pytest.raises(subprocess.CalledProcessError):
            run(folder, "python3", "-c", "import extra")


def test_a_plain_interpreter_keeps_its_packages_in_a_layer(tmp_path):
    base = interpreters.probe(BASE, dict(os.environ))
    folder = environments.layer(str(tmp_path / "layer"), base)
    out = run(folder, "python", "-c", "import sys, pip; print(sys.prefix); print(pip.__file__)").splitlines()
    assert out[0] == str(tmp_path / "layer")
    assert not out[1].startswith(str(tmp_path))


def test_fifty_at_once_build_one(build):
    errors, built = [], []

    def one():
        try:
            built.append(build([{"pip": ["probe"]}]))
        except Exception as error:
            errors.append(error)
    threads = [threading.Thread(target=one) for _ in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert len({each.interpreter for each in built}) == 1
    assert "".join(build.log).count("Making the Python environment") == 1


def test_a_build_that_was_cut_off_is_made_again(build):
    folder = os.path.dirname(os.path.dirname(build([{"pip": ["probe"]}]).interpreter.executable))
    os.unlink(os.path.join(folder, environments.READY))
    os.unlink(os.path.join(folder, "lib", f"python{MINOR}", "site-packages", "probe.py"))
    assert build([{"pip": ["probe"]}]).interpreter.prefix == folder
    assert os.path.exists(os.path.join(folder, "lib", f"python{MINOR}", "site-packages", "probe.py"))


def test_a_failed_install_says_why(build):
    with pytest.raises(Failure, match="no-such-package") as caught:
        build([{"pip": ["no-such-package==9"]}])
    assert caught.value.code == "EnvironmentBuildFailed"
    assert "no-such-package" in "".join(build.log)


def test_credentials_of_an_index_do_not_show(build):
    with pytest.raises(Failure) as caught:
        build([{"pip": ["no-such-package==9"]}], PIP_NO_INDEX="0", PIP_INDEX_URL="http://user:s3cret@127.0.0.1:9/simple",
              UV_HTTP_RETRIES="0")
    assert "s3cret" not in caught.value.message + "".join(build.log)


def test_cancellation_ends_the_installer(build):
    with pytest.raises(Stopped):
        build([{"pip": ["probe"]}], stopped=lambda: True)
    assert not list(build.root.glob(f"envs/*/{environments.READY}"))


def test_without_uv_venv_and_pip_do_it_and_say_so(build, monkeypatch):
    monkeypatch.setattr(environments, "find_uv", lambda environ: None)
    built = build([{"pip": ["probe"]}])
    assert run(os.path.dirname(built.interpreter.executable), "probe") == "probed\n"
    assert "".join(build.log).count("uv was not found") == 1


def test_the_version_asked_for(build):
    built = build([f"python={MINOR}", {"pip": ["probe"]}])
    assert built.interpreter.version[:2] == sys.version_info[:2]
    assert not built.warnings


def test_a_version_that_is_not_there(build):
    built = build(["python=3.29", {"pip": ["probe"]}])
    assert [warning for warning in built.warnings if "Python 3.29 is not installed" in warning]
    with pytest.raises(Failure, match="strict_python"):
        build(["python=3.29", {"pip": ["probe"]}], settings={"python": BASE, "strict_python": "true"})
    with pytest.raises(Failure, match="strict_python"):       # also when nothing was built before
        build(["python=3.29", "pip"], settings={"python": BASE, "strict_python": "true"})


def test_an_image_alone_means_the_setting_else_python3_on_path(tmp_path):
    def prepare(settings, environment=None, **environ):
        return environments.prepare(tmp_path, environment or {"image": "some/image:1"}, settings.get, {**os.environ, **environ},
                                    log=print, stopped=lambda: False, mark="m")
    built = prepare({"python": BASE})
    assert os.path.realpath(built.interpreter.executable) == BASE
    assert len(built.warnings) == 1 and "some/image:1" in built.warnings[0]
    with pytest.raises(Failure, match="no python3 on PATH"):
        prepare({}, PATH=os.path.dirname(sys.executable))     # az's own: never
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "python3").symlink_to(BASE)
    path = os.pathsep.join([os.path.dirname(sys.executable), str(tmp_path / "bin")])
    assert prepare({}, PATH=path).interpreter.binary == BASE
    with pytest.raises(Failure, match="not a Python interpreter"):
        prepare({"python": "/bin/false"})
    assert [w for w in prepare({"python": BASE}, {"build": {"contextUri": "x"}}).warnings if "Dockerfile" in w]


@pytest.mark.parametrize("wanted, first, allows", [
    ("3.10", 10, {10}), ("3.8.5", 8, {8}), (">=3.9", 9, {9, 10, 11, 12}), (">3.9", 10, {10, 11, 12}), (">=3.9,<3.11", 9, {9, 10}),
    ("<=3.9", 0, {8, 9}), ("3", 0, {8, 9, 10, 11, 12}), ("~=3.10", 10, {10})])
def test_versions(wanted, first, allows):
    assert interpreters._first_minor(wanted) == first
    assert {minor for minor in range(8, 13) if interpreters._allows(wanted, minor)} == allows


def test_python_2_is_refused():
    with pytest.raises(Failure, match="Python 2.7"):
        interpreters._first_minor("2.7")
