"""core.workspace.Container as both implementations keep it."""

import hashlib
import threading

import pytest

from azext_ml.assets.download import download
from azext_ml.assets.snapshot import take
from azext_ml.assets.upload import upload
from azext_ml.core.errors import MLError, NotFound, ServiceError, TransferError
from azext_ml.rest.blobs import verified


@pytest.fixture
def file(tmp_path):
    """file(content) -> path of a new local file."""
    def file(content):
        path = tmp_path / f"f{len(list(tmp_path.iterdir()))}"
        path.write_bytes(content)
        return str(path)
    return file


NAMES = ["plain.txt", "a/b/c.bin", "with space/ü ñ.txt", "50%#?&+=.txt", "quote'\"<>.txt", "a~b@c,d;e:f!$()*"]


@pytest.mark.parametrize("name", NAMES)
def test_what_is_put_is_read(container, file, name):
    content = name.encode() * 1000
    assert container.put(name, file(content)) is True
    assert b"".join(container.read(name)) == content
    assert list(container.list("")) == [(name, len(content), hashlib.md5(content).digest())]
    assert container.metadata(name) == {}


def test_the_second_put_is_refused_unless_it_overwrites(container, file):
    assert container.put("n", file(b"first")) is True
    assert container.put("n", file(b"second")) is False
    assert b"".join(container.read("n")) == b"first"
    assert container.put("n", file(b"third"), overwrite=True) is True
    assert b"".join(container.read("n")) == b"third"


def test_one_of_many_at_once_puts_it(container, file):
    files = [file(b"%d" % n) for n in range(8)]
    won, barrier = [], threading.Barrier(8)

    def put(path):
        barrier.wait()
        if container.put("n", path):
            won.append(path)

    threads = [threading.Thread(target=put, args=(path,)) for path in files]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(won) == 1
    with open(won[0], "rb") as winner:
        assert b"".join(container.read("n")) == winner.read()


def test_metadata(container, file):
    assert container.metadata("n") is None
    container.put("n", file(b"x"))
    container.set_metadata("n", {"upload_status": "completed", "name": "my-data", "version": "2"})
    assert container.metadata("n") == {"upload_status": "completed", "name": "my-data", "version": "2"}
    container.set_metadata("n", {"version": "3"})
    assert container.metadata("n") == {"version": "3"}
    with pytest.raises(NotFound):
        container.set_metadata("missing", {"a": "b"})


def test_an_empty_file(container, file):
    container.put("empty", file(b""))
    assert list(container.read("empty")) in ([], [b""])
    assert list(container.list("e"))[0][:2] == ("empty", 0)


def test_a_large_file_goes_and_comes_in_pieces(container, file):
    content = bytes(range(256)) * (1 << 10) * 80 + b"end"        # 20 MiB and 3: beyond one request
    path = file(content)
    assert container.put("big", path) is True
    assert container.put("big", path) is False
    chunks = list(container.read("big"))
    assert len(chunks) > 2
    assert b"".join(chunks) == content
    assert list(container.list("big")) == [("big", len(content), hashlib.md5(content).digest())]


def test_lists_are_in_order_and_below_the_prefix_only(container, file):
    path = file(b"x")
    for name in ("b/2", "b/10", "b.txt", "a", "b/sub/1", "c"):
        container.put(name, path)
    assert [name for name, *_ in container.list("b/")] == ["b/10", "b/2", "b/sub/1"]
    assert [name for name, *_ in container.list("b")] == ["b.txt", "b/10", "b/2", "b/sub/1"]
    assert list(container.list("nothing")) == []


def test_what_is_missing(container, file, tmp_path):
    with pytest.raises(NotFound):
        list(container.read("missing"))
    with pytest.raises(MLError) as caught:
        container.put("n", str(tmp_path / "no-such-file"))
    assert "no-such-file" in caught.value.message
    assert container.metadata("n") is None


def test_the_url_has_no_signature(container):
    assert "?" not in container.url
    assert container.url.startswith("http://")


def test_a_folder_goes_up_once_and_comes_down_whole(container, tmp_path):
    folder = tmp_path / "data"
    (folder / "sub dir").mkdir(parents=True)
    for name, content in {"a.csv": b"1,2", "sub dir/ü.bin": bytes(100_000), "z": b""}.items():
        (folder / name).write_bytes(content)
    shot = take(folder)
    prefix = f"LocalUpload/{shot.upload_hash()}"
    first = upload(container, prefix, shot, name="n", version="1")
    assert (first.path, first.name, first.version, first.reused) == (prefix + "/data", "n", "1", False)
    again = upload(container, prefix, shot, name="other", version="9")
    assert (again.path, again.name, again.version, again.reused) == (prefix + "/data", "n", "1", True)
    assert download(container, first.path, tmp_path / "back") == ["a.csv", "sub dir/ü.bin", "z"]
    assert take(tmp_path / "back").content_hash() == shot.content_hash()


def test_reads_are_verified():
    md5 = hashlib.md5(b"abc").digest()
    assert list(verified("n", [b"a", b"bc"], 3, md5)) == [b"a", b"bc"]
    assert list(verified("n", [b"a", b"bc"], None, None)) == [b"a", b"bc"]
    for length, digest in ((4, md5), (2, None), (None, bytes(16))):
        with pytest.raises(TransferError, match="n did not arrive"):
            list(verified("n", [b"a", b"bc"], length, digest))


# azure-storage-blob only -----------------------------------------------------------------------------------------------------

def test_an_account_key_opens_an_address_in_the_form_of_an_emulator(azurite_container, file):
    from azext_ml.rest.azure_blobs import AzureContainer
    url, _, key = azurite_container
    container = AzureContainer(url, key=key)
    assert container.url == url
    container.put("n", file(b"x"))
    assert b"".join(container.read("n")) == b"x"


def test_a_wrong_signature_is_refused_and_not_shown(azurite_container, file, caplog):
    import logging

    from azext_ml.rest.azure_blobs import AzureContainer
    url, sas, _ = azurite_container
    caplog.set_level(logging.DEBUG)
    container = AzureContainer(f"{url}?{sas}XYZ")
    for act in (lambda: container.metadata("n"), lambda: container.put("n", file(b"x")), lambda: list(container.list("")),
                lambda: list(container.read("n")), lambda: container.set_metadata("n", {})):
        with pytest.raises(ServiceError) as caught:
            act()
        assert caught.value.status == 403
        assert "XYZ" not in caught.value.message
    signature = sas.partition("sig=")[2].partition("&")[0]
    assert not [r for r in caplog.records if signature in r.getMessage()]


def test_a_storage_account_that_is_not_there(file):
    from azext_ml.rest.azure_blobs import AzureContainer
    container = AzureContainer("http://127.0.0.1:9/account/container?sig=topsecret", retry_total=0)
    with pytest.raises(ServiceError) as caught:
        container.put("n", file(b"x"))
    assert caught.value.code == "ConnectionFailed"
    assert "topsecret" not in caught.value.message


def test_a_redirect_is_not_followed(service, elsewhere, file):
    from azext_ml.rest.azure_blobs import AzureContainer
    service.answers = [(307, {"Location": elsewhere.url + "/account/c/n"}, None)]
    container = AzureContainer(service.url + "/account/c", key="c2VjcmV0")
    for act in (lambda: container.metadata("n"), lambda: container.put("n", file(b"x")), lambda: list(container.read("n"))):
        with pytest.raises(ServiceError):
            act()
    assert len(service.asked) == 3
    assert elsewhere.asked == []


@pytest.mark.parametrize("url", ["https://account.blob.evil.com/c", "http://account.blob.core.windows.net/c", "http://127.0.0.1:1/a/c",
                                 "https://account.blob.core.windows.net.evil.com/c"])
def test_a_login_goes_to_storage_accounts_of_azure_only(url):
    from azext_ml.rest.azure_blobs import AzureContainer

    class Login:
        def get_token(self, *scopes, **options):
            raise AssertionError("asked for a token")

    with pytest.raises(ServiceError) as caught:
        AzureContainer(url, credential=Login())
    assert caught.value.code == "ForeignLink"
    AzureContainer("https://account.blob.core.windows.net/c", credential=Login())
    AzureContainer(url + "?sig=abc", credential=Login())         # a signature of its own: the login stays here


def test_folders_of_a_data_lake_are_no_files(azurite_container, file):
    from azext_ml.rest.azure_blobs import AzureContainer
    url, sas, _ = azurite_container
    container = AzureContainer(f"{url}?{sas}")
    container.put("out", file(b""))
    container.set_metadata("out", {"hdi_isfolder": "true"})
    container.put("out/model.pkl", file(b"m"))
    assert [name for name, *_ in container.list("out")] == ["out/model.pkl"]


def test_a_blob_that_is_not_what_was_stored_is_noticed(azurite_container, file):
    """A stored MD5 that does not fit stands for any damage on the way."""
    from azure.storage.blob import BlobClient, ContentSettings

    from azext_ml.rest.azure_blobs import AzureContainer
    url, sas, _ = azurite_container
    container = AzureContainer(f"{url}?{sas}")
    container.put("n", file(b"content"))
    BlobClient.from_blob_url(f"{url}/n?{sas}").set_http_headers(ContentSettings(content_md5=bytearray(16)))
    with pytest.raises(TransferError, match="n did not arrive as it was stored"):
        list(container.read("n"))
