"""The blob endpoint, mostly through Azure's own client on a socket."""

import base64
import datetime
import errno
import hashlib
import os
import random
import threading

import pytest
from azure.core.exceptions import ClientAuthenticationError, HttpResponseError, ResourceExistsError, ResourceNotFoundError
from azure.storage.blob import (
    BlobClient,
    BlobSasPermissions,
    BlobServiceClient,
    ContainerClient,
    ContainerSasPermissions,
    ContentSettings,
    generate_blob_sas,
    generate_container_sas,
)

from azext_ml.core.errors import LocalError
from azext_ml.local import auth, blobs, jobqueue, live
from azext_ml.local.root import job_folder

HOSTILE = [
    "../../escape",
    "..",
    "/etc/passwd",
    "a/../../b",
    "C:\\x",
    "a//b",
    "tr\u00e4ger/\u6a21\u578b.bin",
    "with space & <xml> 'quotes'.txt",
    "%2e%2e/%2fx",
    "emoji \U0001f600",
    "end.",
    "a#b",
    "x" * 900,
]
QUIET = {"retry_total": 0}


@pytest.fixture
def container(wire, served):
    """Azure's client on a container, with the signature that an upload is given."""
    return ContainerClient.from_container_url(f"{served}/azml/box?{auth.sign_container(wire.app, 'box', 'rcwdl')}", **QUIET)


def contents(wire):
    folder = os.path.join(wire.app.root, "blobs")
    return sorted(name for _, _, files in os.walk(folder) for name in files)


def noise(size, seed=7):
    return random.Random(seed).randbytes(size)


def test_put_get_metadata_delete(container):
    blob = container.get_blob_client("folder/a.txt")
    with pytest.raises(ResourceNotFoundError) as missing:
        blob.get_blob_properties()
    assert missing.value.error_code == "BlobNotFound"
    blob.upload_blob(b"hello", metadata={"Name": "m"}, content_settings=ContentSettings(content_type="text/plain"))
    properties = blob.get_blob_properties()
    assert (properties.size, properties.content_settings.content_type, properties.metadata) == (5, "text/plain", {"name": "m"})
    assert bytes(properties.content_settings.content_md5) == hashlib.md5(b"hello").digest()
    assert blob.download_blob().readall() == b"hello"
    blob.set_blob_metadata({"upload_status": "completed", "version": "1"})
    assert blob.get_blob_properties().metadata == {"upload_status": "completed", "version": "1"}
    blob.delete_blob()
    assert not blob.exists()
    with pytest.raises(ResourceNotFoundError):
        blob.delete_blob()
    with pytest.raises(ResourceNotFoundError):
        blob.set_blob_metadata({"a": "b"})


def test_a_name_is_given_once_unless_asked_otherwise(container):
    blob = container.get_blob_client("a")
    first = blob.upload_blob(b"one")
    with pytest.raises(ResourceExistsError) as refused:
        blob.upload_blob(b"two")
    assert refused.value.error_code == "BlobAlreadyExists" and blob.download_blob().readall() == b"one"
    second = blob.upload_blob(b"two", overwrite=True)
    assert first["etag"] != second["etag"] and blob.download_blob().readall() == b"two"


def test_of_many_that_put_one_name_one_wins(container, wire):
    outcomes, gate = [], threading.Barrier(12)

    def put(n):
        gate.wait()
        try:
            container.get_blob_client("contended").upload_blob(f"writer {n}".encode())
            outcomes.append(n)
        except ResourceExistsError:
            pass
    threads = [threading.Thread(target=put, args=(n,)) for n in range(12)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(outcomes) == 1
    assert container.download_blob("contended").readall() == f"writer {outcomes[0]}".encode()


def test_a_large_blob_goes_up_in_blocks_and_comes_down_in_ranges(container, wire):
    data = noise(70 << 20)
    container.get_blob_client("large").upload_blob(data, max_concurrency=4)
    assert len(data) > 64 << 20           # what the client still puts at once
    properties = container.get_blob_client("large").get_blob_properties()
    assert properties.size == len(data) and bytes(properties.content_settings.content_md5) == hashlib.md5(data).digest()
    assert hashlib.sha256(data).hexdigest() in contents(wire)
    down = container.download_blob("large", max_concurrency=4).readall()
    assert hashlib.sha256(down).digest() == hashlib.sha256(data).digest()
    with wire.store.reading() as tx:
        assert tx.execute("SELECT count(*) FROM blocks").fetchone() == (0,)


def test_blocks_by_hand(container):
    blob = container.get_blob_client("blocks")
    blob.stage_block("b1", b"one ")
    blob.stage_block("b2", b"two")
    assert sorted(block.size for block in blob.get_block_list("uncommitted")[1]) == [3, 4]
    assert not blob.exists()
    with pytest.raises(HttpResponseError) as refused:
        blob.commit_block_list(["b1", "absent"])
    assert refused.value.error_code == "InvalidBlockList"
    blob.commit_block_list(["b1", "b2", "b1"])
    assert blob.download_blob().readall() == b"one twoone "
    assert blob.get_block_list("uncommitted")[1] == []


def test_ranges_and_checksums(container):
    data = noise(3 << 20)
    blob = container.get_blob_client("r")
    blob.upload_blob(data, validate_content=True)
    assert blob.download_blob(validate_content=True).readall() == data
    assert blob.download_blob(offset=100, length=50).readall() == data[100:150]
    assert blob.download_blob(offset=len(data) - 1).readall() == data[-1:]
    with pytest.raises(HttpResponseError) as beyond:
        blob.download_blob(offset=len(data), length=1).readall()
    assert (beyond.value.status_code, beyond.value.error_code) == (416, "InvalidRange")


def test_an_empty_blob(container):
    container.upload_blob("empty", b"")
    assert container.download_blob("empty").readall() == b""
    assert container.get_blob_client("empty").get_blob_properties().size == 0


def test_bytes_that_arrive_changed_are_refused(wire):
    wrong = base64.b64encode(hashlib.md5(b"other").digest()).decode()
    refused = wire.put("/azml/box/a", b"data", headers={"x-ms-blob-type": "BlockBlob", "Content-MD5": wrong})
    assert (refused.status, refused.headers["x-ms-error-code"]) == (400, "Md5Mismatch")
    assert wire("HEAD", "/azml/box/a").status == 404


@pytest.mark.parametrize(
    "header, expected",
    [
        ("bytes=0-3", b"0123"),
        ("bytes=8-", b"89"),
        ("bytes=-3", b"789"),
        ("bytes=-99", b"0123456789"),
        ("bytes=5-500", b"56789"),
        ("bytes=10-", None),
        ("bytes=4-2", None),
        ("bytes=0-1,3-4", b"0123456789"),
        ("lines=1-2", b"0123456789"),
        ("bytes=\u00b2-", b"0123456789"), ("bytes=x-y", b"0123456789"),
    ],
)
def test_range_headers(wire, header, expected):
    wire.put("/azml/box/a", b"0123456789")
    found = wire.get("/azml/box/a", headers={"Range": header})
    assert found.status == (416 if expected is None else 200 if len(expected) == 10 and header != "bytes=-99" else 206)
    if expected is not None:
        assert found.body == expected


def test_names_are_keys_and_never_paths(container, wire):
    for n, name in enumerate(HOSTILE):
        assert wire.put(f"/azml/box/{name}", f"content {n}".encode()).status == 201
    before = {
        os.path.relpath(os.path.join(base, file), wire.app.root) for base, _, files in os.walk(wire.app.root) for file in files
    }
    assert {os.path.dirname(os.path.dirname(path)) for path in before if path.startswith("blobs")} == {"blobs"}
    assert all(path.startswith(("blobs", "workspace.db")) for path in before)
    assert not os.path.exists(os.path.join(os.path.dirname(wire.app.root), "escape"))
    assert sorted(blob.name for blob in container.list_blobs()) == sorted(HOSTILE)
    for n, name in enumerate(HOSTILE):
        assert wire.get(f"/azml/box/{name}").body == f"content {n}".encode()
        if ".." not in name and not name.startswith("/"):           # these are shortened on the way by HTTP clients
            assert container.get_blob_client(name).download_blob().readall() == f"content {n}".encode()


def test_lists_page_and_fold(container):
    names = [f"d{n % 3}/sub{n % 2}/{n:03}" for n in range(60)] + ["top", "d1.txt"]
    for name in names:
        container.upload_blob(name, b"x", metadata={"k": "v"})
    assert [blob.name for blob in container.list_blobs()] == sorted(names)
    pages = [[blob.name for blob in page] for page in container.list_blobs(results_per_page=25).by_page()]
    assert [len(page) for page in pages] == [25, 25, 12] and sum(pages, []) == sorted(names)
    assert [blob.name for blob in container.list_blobs(name_starts_with="d1/")] == sorted(
        name for name in names if name.startswith("d1/")
    )
    assert {blob.metadata["k"] for blob in container.list_blobs(include="metadata")} == {"v"}
    folded = [item.name for item in container.walk_blobs()]
    assert folded == ["d0/", "d1/", "d2/", "d1.txt", "top"]          # Azure's client puts folders first
    assert [item.name for item in container.walk_blobs(name_starts_with="d1/")] == ["d1/sub0/", "d1/sub1/"]
    assert list(container.list_blobs(name_starts_with="D")) == []
    blob = next(iter(container.list_blobs(name_starts_with="top")))
    assert blob.size == 1 and bytes(blob.content_settings.content_md5) == hashlib.md5(b"x").digest()


def test_metadata_keys_are_identifiers(wire):
    refused = wire.put("/azml/box/a", b"", headers={"x-ms-meta-a!": "1"})
    assert (refused.status, refused.headers["x-ms-error-code"]) == (400, "InvalidMetadata")


def test_prefixes_are_no_patterns(container):
    for name in ("a%b", "a_b", "axb"):
        container.upload_blob(name, b"")
    assert [blob.name for blob in container.list_blobs(name_starts_with="a_")] == ["a_b"]
    assert [blob.name for blob in container.list_blobs(name_starts_with="a%")] == ["a%b"]


def test_equal_content_is_stored_once(container, wire):
    for n in range(5):
        container.upload_blob(f"copy{n}", b"the same")
    assert contents(wire) == [hashlib.sha256(b"the same").hexdigest()]


def test_a_failed_upload_leaves_nothing(wire):
    def broken():
        yield b"some"
        raise OSError("gone")
    with pytest.raises(OSError):
        blobs.write(wire.app.root, broken())
    assert contents(wire) == []


def test_what_is_not_served_says_so(container):
    with pytest.raises(HttpResponseError):
        container.get_blob_client("p").create_page_blob(512)
    with pytest.raises(HttpResponseError):
        container.get_blob_client("p").create_append_blob()


# Access ----------------------------------------------------------------------------------------------------------------------

def later(**delta):
    return datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(**delta)


@pytest.fixture
def now(clock):
    """Signatures made by Azure's own code carry the real time."""
    clock.now = datetime.datetime.now().timestamp()


def refused(action):
    with pytest.raises(ClientAuthenticationError) as error:
        action()
    assert error.value.status_code == 403


def test_an_account_key_opens_everything(wire, served, now):
    service = BlobServiceClient(f"{served}/azml", credential=auth.account_key(wire.app), **QUIET)
    box = service.get_container_client("box")
    box.upload_blob("folder/na me+\u00e4.txt", b"data", metadata={"upload_status": "completed"})
    assert box.download_blob("folder/na me+\u00e4.txt").readall() == b"data"
    assert [blob.name for blob in box.list_blobs(name_starts_with="folder/na me")] == ["folder/na me+\u00e4.txt"]
    wrong = base64.b64encode(b"x" * 64).decode()
    refused(lambda: BlobClient(f"{served}/azml", "box", "a", credential=wrong, **QUIET).upload_blob(b""))


def test_signatures_made_by_azures_own_code(wire, served, now):
    key = auth.account_key(wire.app)
    BlobClient(f"{served}/azml", "box", "a", credential=key, **QUIET).upload_blob(b"data")
    blob_sas = generate_blob_sas(
        "azml", "box", "a", account_key=key, permission=BlobSasPermissions(read=True), expiry=later(minutes=5)
    )
    assert BlobClient(f"{served}/azml", "box", "a", credential=blob_sas, **QUIET).download_blob().readall() == b"data"
    refused(lambda: BlobClient(f"{served}/azml", "box", "b", credential=blob_sas, **QUIET).download_blob())
    refused(lambda: BlobClient(f"{served}/azml", "box", "a", credential=blob_sas, **QUIET).upload_blob(b"", overwrite=True))
    list_sas = generate_container_sas(
        "azml", "box", account_key=key, permission=ContainerSasPermissions(list=True), expiry=later(minutes=5)
    )
    assert [blob.name for blob in ContainerClient(f"{served}/azml", "box", credential=list_sas, **QUIET).list_blobs()] == ["a"]
    refused(lambda: ContainerClient(f"{served}/azml", "box", credential=list_sas, **QUIET).download_blob("a"))
    refused(lambda: next(iter(ContainerClient(f"{served}/azml", "other", credential=list_sas, **QUIET).list_blobs())))


def test_a_signature_ends_and_cannot_be_bent(wire):
    wire.put("/azml/box/a", b"data")
    query = auth.sign_container(wire.app, "box", "r", seconds=100)
    assert wire.get(f"/azml/box/a?{query}", trusted=False).body == b"data"
    for bent in (
        query.replace("sp=r", "sp=rw"),
        query.replace("sr=c", "sr=b"),
        query.replace("se=2023", "se=2033"),
        query[:-4] + "AAAA",
        query.replace("sig=", "gis="),
        "",
    ):
        assert wire.get(f"/azml/box/a?{bent}", trusted=False).status == 403, bent
    assert wire.put(f"/azml/box/b?{query}", b"", trusted=False).status == 403
    assert wire.get(f"/azml/other/a?{query}", trusted=False).status == 403
    wire.app.clock.now += 101
    assert wire.get(f"/azml/box/a?{query}", trusted=False).status == 403


def test_creating_is_no_leave_to_overwrite(wire):
    query = auth.sign_container(wire.app, "box", "c")
    put = {"x-ms-blob-type": "BlockBlob"}
    assert wire.put(f"/azml/box/a?{query}", b"1", headers={**put, "If-None-Match": "*"}, trusted=False).status == 201
    assert wire.put(f"/azml/box/a?{query}", b"2", headers={**put, "If-None-Match": "*"}, trusted=False).status == 409
    assert wire.put(f"/azml/box/a?{query}", b"2", headers=put, trusted=False).status == 403
    assert wire.put(f"/azml/box/a?{query}&comp=blocklist", b"<BlockList/>", trusted=False).status == 403
    assert wire.get("/azml/box/a").body == b"1"


# Logs of a job that runs -----------------------------------------------------------------------------------------------------

def test_logs_are_blobs_from_their_first_line_on(container, wire, served):
    wire.job("j1")
    guid = wire.get(wire.scope).properties["workspaceId"]
    box = f"/azml/{live.artifact_container(guid)}"
    name = "ExperimentRun/dcid.j1/user_logs/std_log.txt"
    assert wire.get(f"{box}/{name}").status == 404
    folder = job_folder(wire.app.root, "lab/first", "j1") / "logs" / "user_logs"
    folder.mkdir(parents=True)
    (folder / "std_log.txt").write_bytes(b"first\n")
    (folder.parent / "secret").write_bytes(b"not a log")
    os.symlink(folder.parent / "secret", folder / "link.txt")
    assert wire.get(f"{box}/{name}").body == b"first\n"
    assert wire.get(f"{box}/{name}", headers={"Range": "bytes=6-"}).status == 416
    with open(folder / "std_log.txt", "ab") as log:
        log.write(b"second\n")
    assert wire.get(f"{box}/{name}", headers={"Range": "bytes=6-"}).body == b"second\n"
    assert wire.get(f"{box}/ExperimentRun/dcid.j1/user_logs/../secret").status == 404
    assert wire.get(f"{box}/ExperimentRun/dcid.j1/secret").status == 404
    assert wire.get(f"/azml/azureml-other/{name}").status == 404
    client = ContainerClient.from_container_url(
        f"{served}{box}?{auth.sign_container(wire.app, live.artifact_container(guid))}", **QUIET
    )
    assert name in [blob.name for blob in client.list_blobs(name_starts_with="ExperimentRun/dcid.j1/user_logs/")]
    assert client.download_blob(name).readall() == b"first\nsecond\n"
    # At the end of the job its logs become blobs.
    blobs.put_file(wire.store, live.artifact_container(guid), name, folder / "std_log.txt")
    with wire.store.writing() as tx:
        jobqueue.remove(tx, "lab/first", "j1")
    (folder / "std_log.txt").unlink()
    assert wire.get(f"{box}/{name}").body == b"first\nsecond\n"


def test_what_a_kill_left_is_swept_after_a_day(wire, clock):
    kept = blobs.write(wire.app.root, [b"kept"])
    left = os.path.join(wire.app.root, "blobs", "abc.new")
    with open(left, "wb"):
        pass
    written = os.stat(left).st_mtime
    blobs.sweep(wire.app.root, written + 60)
    assert os.path.exists(left)
    blobs.sweep(wire.app.root, written + blobs.LEFT_OVER_SECONDS + 1)
    assert contents(wire) == [kept.sha256]


def test_a_full_disk_is_reported_and_leaves_nothing(wire):
    def chunks():
        yield b"some"
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    with pytest.raises(LocalError, match="no room"):
        blobs.write(wire.app.root, chunks())
    assert contents(wire) == []
