import threading

import pytest

from azext_ml.assets import parallel
from azext_ml.assets.snapshot import take
from azext_ml.assets.upload import upload
from azext_ml.core.errors import ServiceError, TransferError

FILES = {"b.py": "b", "a/z.py": "z", "a.py": "a"}


def content(container, name):
    return b"".join(container.read(name))


def test_the_order_of_requests_is_azure_ai_mls(container, folder, requests):
    """Probe of the first file in path order, every file, then the metadata of the first."""
    sent = upload(container, "", take(folder(FILES, "src")), name="11-22", version="1")
    assert requests == ["HEAD src/a.py", "PUT src/a.py", "PUT src/a/z.py", "PUT src/b.py", "PUT src/a.py?comp=metadata"]
    assert sent == ("src", "11-22", "1", False)
    assert container.metadata("src/a.py") == {"upload_status": "completed", "name": "11-22", "version": "1"}


def test_a_file_stands_below_the_prefix_under_its_own_name(container, folder, requests):
    path = folder({"titanic.csv": "1,2"}) / "titanic.csv"
    sent = upload(container, "LocalUpload/abc/", take(path))
    assert requests == ["HEAD LocalUpload/abc/titanic.csv", "PUT LocalUpload/abc/titanic.csv",
                        "PUT LocalUpload/abc/titanic.csv?comp=metadata"]
    assert sent.path == "LocalUpload/abc/titanic.csv"
    assert container.metadata(sent.path) == {"upload_status": "completed", "name": sent.name, "version": sent.version}
    assert sent.name != sent.version


def test_what_is_complete_is_not_sent_again(container, folder, requests):
    shot = take(folder(FILES))
    upload(container, "x", shot, name="first", version="1")
    del requests[:]
    assert upload(container, "x", shot, name="second", version="2") == ("x/folder", "first", "1", True)
    assert requests == ["HEAD x/folder/a.py"]


def test_an_upload_that_was_broken_off_is_completed_by_overwriting(container, folder):
    root = folder(FILES)
    container.put("x/folder/a.py", str(root / "b.py"))              # there, and wrong, and not confirmed
    sent = upload(container, "x", take(root), name="n", version="1")
    assert not sent.reused
    assert content(container, "x/folder/a.py") == b"a"
    assert container.metadata("x/folder/a.py")["upload_status"] == "completed"


def test_somebody_elses_equal_blob_is_kept_and_another_is_replaced(container, folder, requests):
    root = folder(FILES)
    container.put("x/folder/a/z.py", str(root / "a" / "z.py"))      # another upload of the same, still under way
    container.put("x/folder/b.py", str(root / "a.py"))              # a leftover
    del requests[:]
    upload(container, "x", take(root))
    assert [line for line in requests if line.startswith("PUT")] == [
        "PUT x/folder/a.py", "PUT x/folder/a/z.py", "PUT x/folder/b.py", "PUT x/folder/b.py", "PUT x/folder/a.py?comp=metadata"]
    assert content(container, "x/folder/b.py") == b"b"


def test_many_uploads_of_one_folder_at_once_all_succeed(container, folder):
    shot, results, barrier = take(folder(FILES)), [], threading.Barrier(8)

    def run():
        barrier.wait()
        results.append(upload(container, "x", shot, name="n", version="1"))

    threads = [threading.Thread(target=run) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [sent.path for sent in results] == ["x/folder"] * 8
    assert {name: content(container, f"x/folder/{name}") for name in FILES} == {name: text.encode() for name, text in FILES.items()}


class Failing:
    """A container of which one request fails."""

    def __init__(self, container, verb, name):
        self._container, self._verb, self._name = container, verb, name
        self.workers = 4

    def __getattr__(self, verb):
        def act(name, *args, **options):
            if (verb, name) == (self._verb, self._name):
                raise ServiceError("Server is busy.", status=503)
            return getattr(self._container, verb)(name, *args, **options)
        return act


@pytest.mark.parametrize("verb, name", [("metadata", "x/folder/a.py"), ("put", "x/folder/b.py"), ("set_metadata", "x/folder/a.py")])
def test_every_failure_is_told_and_nothing_is_confirmed(container, folder, verb, name):
    shot = take(folder(FILES))
    with pytest.raises(ServiceError, match="busy"):
        upload(Failing(container, verb, name), "x", shot)
    assert "upload_status" not in (container.metadata("x/folder/a.py") or {})
    assert not upload(container, "x", shot).reused                  # the next one makes it whole
    assert content(container, "x/folder/b.py") == b"b"


def test_a_file_that_changes_meanwhile_is_not_confirmed(container, folder):
    root = folder(FILES)
    shot = take(root)
    (root / "b.py").write_text("changed")
    with pytest.raises(TransferError, match="b.py changed"):
        upload(container, "x", shot)
    (root / "b.py").unlink()
    with pytest.raises(Exception, match="b.py"):
        upload(container, "x", shot)
    assert container.metadata("x/folder/a.py") == {}


def test_progress_counts_every_byte(container, folder):
    sizes = []
    shot = take(folder({"a": "1" * 10, "b": "", "c": "3" * 7}))
    upload(container, "x", shot, progress=sizes.append)
    assert (sorted(sizes), sum(sizes)) == ([0, 7, 10], shot.size)


# parallel.each ---------------------------------------------------------------------------------------------------------------

def test_each_does_everything_with_no_more_workers_than_allowed():
    running, most, done, lock = [0], [0], [], threading.Lock()
    together = threading.Barrier(3)

    def do(item):
        with lock:
            running[0] += 1
            most[0] = max(most[0], running[0])
        together.wait(10)                       # three at a time, else this breaks
        with lock:
            running[0] -= 1
            done.append(item)

    parallel.each(do, range(9), workers=3)
    assert (sorted(done), most[0]) == (list(range(9)), 3)


def test_after_a_failure_nothing_new_begins():
    begun = []

    def do(item):
        begun.append(item)
        raise ValueError(item)

    with pytest.raises(ValueError, match="[01]"):
        parallel.each(do, range(1000), workers=2)
    assert set(begun) <= {0, 1}
    with pytest.raises(ValueError, match="0"):
        parallel.each(do, range(3), workers=1)
