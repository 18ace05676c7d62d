import os
import stat

import pytest

from azext_ml.core.errors import LocalError
from azext_ml.local import root


@pytest.mark.parametrize(
    "environ, platform, expected",
    [
        ({"AZURE_ML_LOCAL_ROOT": "{tmp}/own"}, "linux", "own"),
        ({"XDG_DATA_HOME": "{tmp}/data", "HOME": "{tmp}"}, "linux", "data/azml"),
        ({"HOME": "{tmp}"}, "linux", ".local/share/azml"),
        ({"HOME": "{tmp}"}, "darwin", "Library/Application Support/azml"),
        ({"HOME": "{tmp}", "LOCALAPPDATA": "{tmp}/App"}, "win32", "App/azml"),
        ({"HOME": "{tmp}", "AZURE_ML_LOCAL_ROOT": ""}, "linux", ".local/share/azml"),
    ],
)
def test_where_it_lies(tmp_path, environ, platform, expected):
    found = root.find({name: value.format(tmp=tmp_path) for name, value in environ.items()}, platform)
    assert found == tmp_path / expected and stat.S_IMODE(os.stat(found).st_mode) == 0o700


def test_a_relative_folder_becomes_absolute(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert root.find({"AZURE_ML_LOCAL_ROOT": "here"}) == tmp_path / "here"


def test_a_folder_that_cannot_be_made(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(LocalError, match="cannot be made"):
        root.find({"AZURE_ML_LOCAL_ROOT": str(tmp_path / "file" / "below")})


@pytest.mark.parametrize(
    "lines, expected",
    [
        ("x / ext4 rw 0 0\nnas:/h /home nfs4 rw 0 0\n", "nfs4"),
        ("x / ext4 rw 0 0\nx /homes nfs rw 0 0\n", "ext4"),
        ("x / nfs rw 0 0\nx /home ext4 rw 0 0\n", "ext4"),
        ("x / ext4 rw 0 0\nx /home/with\\040space cifs rw 0 0\n", "ext4"),
        ("", None),
    ],
)
def test_file_systems(tmp_path, lines, expected, monkeypatch):
    mounts = tmp_path / "mounts"
    mounts.write_text(lines)
    monkeypatch.setattr(os.path, "realpath", lambda path: path)
    assert root._file_system("/home/me/azml", mounts) == expected
    assert root._file_system("/home/me", tmp_path / "absent") is None


def test_a_network_file_system_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(root, "_file_system", lambda path: "nfs4")
    with pytest.raises(LocalError, match="network file system"):
        root.find({"AZURE_ML_LOCAL_ROOT": str(tmp_path)}, "linux")


def test_job_folders():
    assert root.job_folder("/r", "lab/first", "j1").as_posix() == "/r/runs/lab/first/j1"
