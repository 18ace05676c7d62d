import threading

import pytest

HASH = "c" * 64


def upload(wire, name, files, digest=HASH, version="1"):
    """What a client does that finds no snapshot of its folder. Returns the answer to the PUT."""
    pending = wire.post(f"codes/{name}/versions/{version}/startPendingUpload", {"pendingUploadType": "TemporaryBlobReference"}).body
    reference = pending["blobReferenceForConsumption"]
    for path, data in files.items():
        url, query = reference["credential"]["sasUri"].split("?")
        put = {"If-None-Match": "*", "x-ms-blob-type": "BlockBlob"}
        target = f"{url[len('http://azml.local:80'):]}/src/{path}?{query}"
        assert wire.put(target, data, headers=put, trusted=False).status == 201
    return wire.put(
        f"codes/{name}/versions/{version}",
        {
            "properties": {
                "codeUri": f"{reference['blobUri']}/src",
                "isAnonymous": True,
                "properties": {"hash_sha256": digest, "hash_version": 202208},
            }
        },
    )


def test_an_upload_has_a_container_of_its_own(wire):
    first, second = (wire.post(f"codes/c/versions/{n}/startPendingUpload", {}).body for n in (1, 2))
    assert first["pendingUploadType"] == "TemporaryBlobReference" and first["pendingUploadId"] != second["pendingUploadId"]
    uris = [body["blobReferenceForConsumption"]["blobUri"] for body in (first, second)]
    assert uris[0] != uris[1] and all(uri.startswith("http://azml.local:80/azml/") for uri in uris)
    credential = first["blobReferenceForConsumption"]["credential"]
    assert (
        credential["credentialType"] == "SAS"
        and credential["sasUri"].startswith(uris[0] + "?")
        and "sp=rcwl" in credential["sasUri"]
    )


def test_a_snapshot_is_found_by_its_content_under_any_name(wire):
    made = upload(wire, "aaa", {"train.py": b"print()"})
    assert made.status == 201 and made.properties["isAnonymous"] is False       # the request says true, the reply false
    found = wire.get(f"codes/whatever/versions?hash={HASH}&hashVersion=202208")
    assert [item["id"] for item in found.body["value"]] == [made.body["id"]]
    assert wire.get(f"codes/whatever/versions?hash={'d' * 64}&hashVersion=202208").body == {"value": []}
    assert wire.get("codes/aaa/versions/1").body == made.body
    assert wire.get("codes/absent/versions/1").status == 404


def test_a_second_upload_of_the_same_content_gets_the_first_one(wire):
    made = upload(wire, "aaa", {"train.py": b"print()"})
    again = upload(wire, "bbb", {"train.py": b"print()"})
    assert again.status == 200 and again.body == made.body and again.headers["location"].endswith("/codes/aaa/versions/1")
    assert wire.get("codes/bbb/versions/1").status == 404
    with wire.store.reading() as tx:
        assert tx.execute("SELECT count(*) FROM blobs").fetchone() == (1,)       # the second upload is forgotten
    url = made.properties["codeUri"][len("http://azml.local:80"):]
    assert wire.get(f"{url}/train.py").body == b"print()"


def test_the_same_put_again_is_an_update(wire):
    made = upload(wire, "aaa", {"train.py": b"1"})
    body = {"properties": {**made.properties, "tags": {"a": "b"}}}
    changed = wire.put("codes/aaa/versions/1", body)
    assert changed.status == 200 and changed.properties["tags"] == {"a": "b"}
    with wire.store.reading() as tx:
        assert tx.execute("SELECT count(*) FROM blobs").fetchone() == (1,)


def test_a_path_cannot_be_changed(wire):
    made = upload(wire, "aaa", {"train.py": b"1"})
    moved = wire.put(
        "codes/aaa/versions/1", {"properties": {**made.properties, "codeUri": made.properties["codeUri"] + "2", "properties": {}}}
    )
    assert (moved.status, moved.code, moved.message) == (400, "UserError", "Asset paths cannot be updated.")


def test_another_workspace_has_snapshots_of_its_own(wire):
    upload(wire, "aaa", {"train.py": b"1"})
    other = wire.scope.replace("/first", "/second")
    wire.put(other, {})
    assert wire.get(f"{other}/codes/x/versions?hash={HASH}").body == {"value": []}


def test_what_was_deleted_is_not_found_by_content(wire):
    upload(wire, "aaa", {"train.py": b"1"})
    assert wire.delete("codes/aaa/versions/1").status == 200
    assert wire.get(f"codes/x/versions?hash={HASH}").body == {"value": []}
    assert upload(wire, "bbb", {"train.py": b"1"}).status == 201


@pytest.mark.parametrize("count", [50])
def test_fifty_at_once_leave_one_snapshot(wire, count):
    answers, gate = [], threading.Barrier(count)
    files = {f"f{n}.py": b"x" * n for n in range(1, 4)}

    def create(n):
        gate.wait()
        answers.append(upload(wire, f"code{n:02}", files))
        wire.store.close()
    threads = [threading.Thread(target=create, args=(n,)) for n in range(count)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    assert len(answers) == count and len({answer.body["id"] for answer in answers}) == 1
    assert sorted(answer.status for answer in answers) == [200] * (count - 1) + [201]
    with wire.store.reading() as tx:
        assert tx.execute("SELECT count(DISTINCT container), count(*) FROM blobs").fetchone() == (1, 3)
        assert len(tx.list("lab/first", "codes")) == 1
