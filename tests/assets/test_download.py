import os
import stat

import pytest

from azext_ml.assets.download import check_name, download
from azext_ml.core.errors import NotFound, TransferError, UnsafePath


@pytest.fixture
def put(container, tmp_path):
    """put({"blob": b"content"}) fills the container."""
    def put(blobs):
        for name, content in blobs.items():
            (tmp_path / "source").write_bytes(content)
            container.put(name, str(tmp_path / "source"), overwrite=True)
    return put


def tree(folder):
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


BLOBS = {"out/model/a.bin": b"\0\1", "out/model/sub/b.txt": b"b", "out/model/sub/empty": b"", "out/model2/c": b"c",
         "out/model.txt": b"t"}


def test_all_below_the_prefix_and_nothing_beside_it(container, put, tmp_path):
    put(BLOBS)
    for prefix in ("out/model", "out/model/", "/out/model"):
        assert download(container, prefix, tmp_path / "target") == ["a.bin", "sub/b.txt", "sub/empty"]
    assert tree(tmp_path / "target") == {"a.bin": b"\0\1", "sub/b.txt": b"b", "sub/empty": b""}


def test_one_blob_comes_under_its_own_name(container, put, tmp_path):
    put(BLOBS)
    assert download(container, "out/model.txt", tmp_path / "t") == ["model.txt"]
    assert tree(tmp_path / "t") == {"model.txt": b"t"}


def test_a_whole_container(container, put, tmp_path):
    put(BLOBS)
    assert download(container, "", tmp_path / "t") == sorted(BLOBS)
    assert tree(tmp_path / "t") == BLOBS


@pytest.mark.parametrize("prefix, what, message",
                         [("out/mod", None, "out/mod holds no files"), ("", None, "The container holds no files"),
                                                   ("x", "The output 'model'", "The output 'model' holds no files")])
def test_nothing_there_is_an_error_and_makes_no_folder(container, put, tmp_path, prefix, what, message):
    put(BLOBS if prefix else {})
    with pytest.raises(NotFound, match=message):
        download(container, prefix, tmp_path / "t", what=what)
    assert not (tmp_path / "t").exists()


HOSTILE = ["../evil", "a/../../evil", "..", "a/..", "./evil", "/etc/passwd", "a//b", "a/", "C:/evil", "C:evil", "a/c:",
           "..\\evil", "a\\b",
           "\\\\server\\share", "nul\0byte", "line\nbreak", "bell\x07"]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_is_refused_before_anything_is_written(container, put, tmp_path, name):
    class Hostile:
        """What a store without scruples would list."""

        def list(self, prefix):
            yield prefix + "fine.txt", 1, None
            yield prefix + name, 1, None

        def read(self, blob):
            raise AssertionError(f"{blob} was read")

    with pytest.raises(UnsafePath) as caught:
        download(Hostile(), "out", tmp_path / "t")
    assert repr(name) in caught.value.message
    assert not (tmp_path / "t").exists()


def test_a_hostile_name_that_a_real_store_keeps(container, put, tmp_path):
    put({"out/fine": b"1", "out/../../evil": b"2"})
    with pytest.raises(UnsafePath, match=r"\.\./\.\./evil"):
        download(container, "out", tmp_path / "a" / "b")
    assert not (tmp_path / "evil").exists()
    assert not (tmp_path / "a").exists()


@pytest.mark.parametrize("name", ["con", "AUX.txt", "sub/nul", "com1", "lpt9.log", "a.", "a ", "acc:0.9", "what?", "a*", 'q"',
                                  "a<b", "a|b"])
def test_names_that_mean_something_to_windows(name):
    check_name(name, windows=False)
    with pytest.raises(UnsafePath):
        check_name(name, windows=True)


@pytest.mark.parametrize("name", ["a", ".hidden", "..a", "a..b", "...", "console", "a b", "ü/ñ.txt", "10:30.txt", "dir.d/x~1"])
def test_names_that_are_odd_and_fine(name):
    check_name(name, windows=False)


@pytest.mark.parametrize("blob", ["link/x.txt", "link/deep/x.txt", "sub/link2/x.txt"])
def test_a_link_in_the_target_is_not_written_through(container, put, tmp_path, blob):
    outside, target = tmp_path / "outside", tmp_path / "t"
    (target / "sub").mkdir(parents=True)
    outside.mkdir()
    os.symlink(outside, target / "link")
    os.symlink(outside, target / "sub" / "link2")
    put({f"out/{blob}": b"x", "out/a": b"a"})
    with pytest.raises(UnsafePath, match="symbolic link"):
        download(container, "out", target)
    assert list(outside.iterdir()) == []


def test_a_link_in_the_place_of_a_file_is_replaced(container, put, tmp_path):
    (tmp_path / "t").mkdir()
    (tmp_path / "precious").write_text("mine")
    os.symlink(tmp_path / "precious", tmp_path / "t" / "a")
    put({"out/a": b"theirs"})
    download(container, "out", tmp_path / "t")
    assert (tmp_path / "precious").read_text() == "mine"
    assert not (tmp_path / "t" / "a").is_symlink()
    assert (tmp_path / "t" / "a").read_bytes() == b"theirs"


def test_the_target_itself_may_be_a_link(container, put, tmp_path):
    (tmp_path / "real").mkdir()
    os.symlink(tmp_path / "real", tmp_path / "t")
    put({"out/a": b"1"})
    download(container, "out", tmp_path / "t")
    assert tree(tmp_path / "real") == {"a": b"1"}


def test_a_repeated_download_fetches_what_is_missing_or_damaged(container, put, tmp_path, requests):
    put(BLOBS)
    download(container, "out/model", tmp_path / "t")
    (tmp_path / "t" / "a.bin").write_bytes(b"\0\2")                 # same length
    (tmp_path / "t" / "sub" / "empty").unlink()
    del requests[:]
    download(container, "out/model", tmp_path / "t")
    assert [line for line in requests if "list" not in line] == ["GET out/model/a.bin", "GET out/model/sub/empty"]
    assert tree(tmp_path / "t") == {"a.bin": b"\0\1", "sub/b.txt": b"b", "sub/empty": b""}


class Damaged:
    """A container that loses bytes of one blob on the way."""

    workers = 4

    def __init__(self, container, name):
        self._container, self._name = container, name

    def list(self, prefix):
        return self._container.list(prefix)

    def read(self, name):
        chunks = b"".join(self._container.read(name))
        yield chunks[:-1] if name == self._name else chunks


def test_bytes_that_are_lost_are_noticed_and_leave_nothing_behind(container, put, tmp_path):
    put(BLOBS)
    with pytest.raises(TransferError, match=r"a.bin came with 1 of 2 bytes"):
        download(Damaged(container, "out/model/a.bin"), "out/model", tmp_path / "t")
    assert "a.bin" not in tree(tmp_path / "t")
    assert not [name for name in tree(tmp_path / "t") if name.endswith(".part")]
    download(container, "out/model", tmp_path / "t")
    assert tree(tmp_path / "t")["a.bin"] == b"\0\1"


def test_a_file_where_a_folder_should_be(container, put, tmp_path):
    (tmp_path / "t").mkdir()
    (tmp_path / "t" / "sub").write_text("in the way")
    put({"out/sub/a": b"1"})
    with pytest.raises(TransferError, match="cannot be written"):
        download(container, "out", tmp_path / "t")
    assert (tmp_path / "t" / "sub").read_text() == "in the way"


def test_files_have_the_users_permissions(container, put, tmp_path):
    put({"out/a": b"1"})
    download(container, "out", tmp_path / "t")
    (tmp_path / "own").write_text("")
    assert stat.S_IMODE((tmp_path / "t" / "a").stat().st_mode) == stat.S_IMODE((tmp_path / "own").stat().st_mode)


def test_progress_counts_every_byte(container, put, tmp_path):
    put(BLOBS)
    sizes = []
    download(container, "out", tmp_path / "t", progress=sizes.append)
    assert sum(sizes) == sum(map(len, BLOBS.values()))
