import multiprocessing
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from pathlib import Path

import pytest

from azext_ml.core.errors import LocalError
from azext_ml.local import jobqueue, tokens, versions
from azext_ml.local.store import ACTIVE, ARCHIVED, Changed, Store, workspace_key

WS = "lab/first"
PROJECT = str(Path(__file__).parents[2])
PROCESSES = 8


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


def body(**properties):
    return {"properties": properties}


def test_a_document_comes_back_under_any_case_with_its_first_spelling(store):
    with store.writing() as tx:
        tx.put(WS, "models", "Net", body(a=1), private={"secret": 1})
        tx.put(WS, "models", "nET", body(a=2))
    with store.reading() as tx:
        found = tx.get(WS, "models", "NET")
    assert (found.name, found.body, found.private, found.etag) == ("Net", body(a=2), None, 2)


def test_compare_and_set(store):
    with store.writing() as tx:
        first = tx.put(WS, "jobs", "j", body(status="Starting"), etag=0)
        tx.put(WS, "jobs", "j", body(status="Running"), etag=first.etag)
        for stale in (0, first.etag, 99):
            with pytest.raises(Changed):
                tx.put(WS, "jobs", "j", body(status="Lost"), etag=stale)
        with pytest.raises(Changed):
            tx.put(WS, "jobs", "absent", body(), etag=1)
    with store.reading() as tx:
        assert tx.get(WS, "jobs", "j").body == body(status="Running")
        assert tx.get(WS, "jobs", "absent") is None


def test_an_exception_rolls_back_all_of_a_transaction(store):
    with pytest.raises(ZeroDivisionError), store.writing() as tx:
        tx.put(WS, "jobs", "j", body())
        jobqueue.enqueue(tx, WS, "j")
        1 / 0  # noqa: B018
    with store.writing() as tx:
        assert tx.get(WS, "jobs", "j") is None and jobqueue.entries(tx, WS) == []


def test_deleting_takes_along_what_lies_below_and_nothing_else(store):
    with store.writing() as tx:
        for name in ("m", "m2", "m-x", "m0"):
            versions.register(tx, WS, "models", name, None, body(tags={"t": "1"}), now=0, by="me")
        assert tx.delete(WS, "models", "M")
        assert not tx.delete(WS, "models", "m")
    with store.reading() as tx:
        assert [found.name for found in tx.list(WS, "models")] == ["m0", "m-x", "m2"]
        assert tx.list(WS, "models/m/versions") == []
        assert all(len(tx.list(WS, f"models/{name}/versions", tags=[("t", "1")])) == 1 for name in ("m2", "m-x", "m0"))
        assert tx.execute("SELECT count(*) FROM resource_tags").fetchone() == (3,)


def names(tx, **options):
    return [found.name for found in tx.list(WS, "jobs", **options)]


def test_lists_filter_and_page(store):
    with store.writing() as tx:
        for n in range(10):
            tx.put(WS, "jobs", f"j{n}", body(tags={"even" if n % 2 == 0 else "odd": str(n % 4), "all": None}),
                   archived=n == 4, kind="Sweep" if n in (3, 4) else "Command")
        tx.put("lab/other", "jobs", "elsewhere", body(tags={"even": "0"}))
    with store.reading() as tx:
        assert names(tx, limit=3) == ["j9", "j8", "j7"]
        third = tx.list(WS, "jobs", limit=3)[-1].seq
        assert names(tx, limit=2, after=third) == ["j6", "j5"]
        assert names(tx, limit=2, after=third, ascending=True) == ["j8", "j9"]
        assert names(tx, ascending=True, limit=2) == ["j0", "j1"]
        assert names(tx, view=ARCHIVED) == ["j4"]
        assert names(tx, kind="Sweep") == ["j4", "j3"]
        assert names(tx, kind="Sweep", view=ACTIVE) == ["j3"]
        assert names(tx, tags=[("even", None)]) == ["j8", "j6", "j4", "j2", "j0"]
        assert names(tx, tags=[("even", "0")], view=ACTIVE) == ["j8", "j0"]
        assert names(tx, tags=[("all", None), ("even", "2")]) == ["j6", "j2"]
        assert names(tx, tags=[("all", None), ("even", None)], view=ACTIVE, kind="Command", limit=1) == ["j8"]
        assert names(tx, tags=[("even", "no")]) == names(tx, tags=[("no", None)]) == []


@pytest.mark.parametrize("options", [{}, {"view": ACTIVE}, {"kind": "Command"}, {"kind": "Command", "view": ACTIVE}, {"after": 5},
                                     {"tags": [("a", None)]}, {"tags": [("a", "1"), ("b", None)], "view": ACTIVE}])
def test_no_list_sorts_or_scans(store, options):
    """A page costs the same in a store of 100,000 jobs: SQLite's own plan is an index search without a sort."""
    plans = []

    class Spy:
        def __init__(self, tx):
            self.tx = tx

        def execute(self, sql, args):
            plans.extend(row[3] for row in self.tx.execute("EXPLAIN QUERY PLAN " + sql, args))
            return []
    with store.reading() as tx:
        type(tx).list(Spy(tx), WS, "jobs", limit=10, **options)
    assert plans and all("SEARCH" in step or "CORRELATED" in step for step in plans), plans


def test_tags_may_hold_what_text_cannot(store):
    with store.writing() as tx:
        tx.put(WS, "jobs", "j", body(tags={"\ud800": "\udc00", "n": 5}))
        assert tx.get(WS, "jobs", "j").body == body(tags={"\ud800": "\udc00", "n": 5})
        assert names(tx, tags=[("n", "5")]) == ["j"]


def test_only_the_owner_can_read_it(store):
    with store.writing() as tx:
        tx.put(WS, "jobs", "j", body())
    assert {name: stat.S_IMODE(os.stat(os.path.join(store.root, name)).st_mode) for name in os.listdir(store.root)} == dict.fromkeys(("workspace.db", "workspace.db-wal", "workspace.db-shm"), 384)


def test_a_reader_sees_one_moment(store):
    with store.writing() as tx:
        tx.put(WS, "jobs", "a", body(n=1))
        tx.put(WS, "jobs", "b", body(n=1))
    other = Store(store.root)
    with store.reading() as tx:
        assert tx.get(WS, "jobs", "a").body == body(n=1)
        with other.writing() as theirs:      # does not wait for the reader
            theirs.put(WS, "jobs", "a", body(n=2))
            theirs.put(WS, "jobs", "b", body(n=2))
        assert tx.get(WS, "jobs", "b").body == body(n=1)
    with store.reading() as tx:
        assert tx.get(WS, "jobs", "b").body == body(n=2)


def test_container_counts(store):
    with store.writing() as tx:
        def put(version, **properties):
            return versions.register(tx, WS, "models", "m", version, body(**properties), now=1, by="me")[0].name

        def counts():
            properties = tx.get(WS, "models", "m").body["properties"]
            return properties["latestVersion"], properties["nextVersion"]
        put("abc", isAnonymous=True)
        assert counts() == (None, "1")
        assert put(None) == "1" and counts() == ("1", "2")
        put("7")
        assert counts() == ("7", "8")
        put("3")
        assert counts() == ("3", "8")        # created last, not highest
        put("\u00b2")                        # a digit to Unicode, no number
        put("9" * 5000)
        assert counts() == ("9" * 5000, "8")
        put("beta")
        assert counts() == ("beta", "8")
        assert put(None) == "8"
        put("3", tags={"again": "1"})
        assert counts() == ("8", "9")        # an update is not a creation
        for version in ("8", "beta", "\u00b2", "9" * 5000):
            tx.delete(WS, "models/m/versions", version)
        versions.recount(tx, WS, "models", "m")
        assert counts() == ("3", "8")
        for version in ("1", "3", "7"):
            tx.delete(WS, "models/m/versions", version)
        versions.recount(tx, WS, "models", "m")
        assert counts() == (None, "1")       # (as recorded)


def test_an_update_keeps_who_made_it(store):
    with store.writing() as tx:
        versions.register(tx, WS, "models", "m", "1", body(), now=0, by="first")
        document, created = versions.register(tx, WS, "models", "m", "1", body(), now=1.5, by="second")
    assert not created
    assert document.body["systemData"] == {
        "createdAt": "1970-01-01T00:00:00.0000000+00:00", "createdBy": "first", "createdByType": "User",
        "lastModifiedAt": "1970-01-01T00:00:01.5000000+00:00", "lastModifiedBy": "second", "lastModifiedByType": "User"}


def test_queue(store):
    with store.writing() as tx:
        for job in ("One", "two", "three"):
            jobqueue.enqueue(tx, WS, job)
        assert jobqueue.claim(tx, "lab/other", "a") is None
        assert [jobqueue.claim(tx, WS, owner) for owner in "ab"] == ["One", "two"]
        jobqueue.request_cancel(tx, WS, "one")
        jobqueue.release(tx, WS, "two")
        assert jobqueue.entries(tx, WS) == [("One", "a", True), ("two", None, False), ("three", None, False)]
        assert jobqueue.entry(tx, WS, "ONE").cancel and jobqueue.entry(tx, WS, "absent") is None
        assert jobqueue.workspaces(tx) == [WS]
        jobqueue.remove(tx, WS, "one")
        assert jobqueue.claim(tx, WS, "c") == "two"


def test_run_tokens_are_kept_as_digests(store):
    with store.writing() as tx:
        token = tokens.issue(tx, WS, "job")
        assert tokens.run_of(tx, token) == (WS, "job")
        assert tokens.run_of(tx, token + "x") is None
        dump = [tuple(row) for row in tx.execute("SELECT * FROM run_tokens")]
        assert token not in repr(dump) and token[-64:] not in repr(dump)
        tokens.revoke(tx, WS, "job")
        assert tokens.run_of(tx, token) is None


def test_tables_of_a_part(store):
    statements = ["CREATE TABLE IF NOT EXISTS things (a)"]
    store.ensure("things", 1, statements)
    with store.writing() as tx:
        tx.execute("INSERT INTO things VALUES (1)")
    again = Store(store.root)
    again.ensure("things", 1, ["DROP TABLE things"])           # known already: not run
    again._ensured.clear()
    again.ensure("things", 2, [*statements, "ALTER TABLE things ADD COLUMN b"])
    with again.reading() as tx:
        assert tx.execute("SELECT a, b FROM things").fetchall() == [(1, None)]


def test_a_store_of_a_newer_version_is_left_alone(store):
    with store.reading():
        pass
    store.close()
    connection = sqlite3.connect(store.path)
    connection.execute("PRAGMA user_version = 999")
    connection.close()
    with pytest.raises(LocalError, match="newer"), Store(store.root).reading():
        pass


def test_a_file_that_is_no_database_is_reported(store):
    Path(store.path).write_bytes(b"not a database" * 1000)
    with pytest.raises(LocalError, match="workspace.db cannot be used"), store.reading():
        pass


def test_a_full_disk_is_reported_and_nothing_is_written(store):
    with store.writing() as tx:
        tx.put(WS, "jobs", "before", body())
        (pages,) = tx.execute("PRAGMA page_count").fetchone()
    store._connection().execute(f"PRAGMA max_page_count = {pages}")         # SQLite's own way to be out of room
    with pytest.raises(LocalError, match="full"), store.writing() as tx:
        tx.put(WS, "jobs", "small", body())
        tx.put(WS, "jobs", "large", body(fill="x" * 1000000))
    with store.reading() as tx:
        assert [found.name for found in tx.list(WS, "jobs")] == ["before"]


def test_a_fault_of_the_code_is_no_fault_of_the_disk(store):
    with pytest.raises(sqlite3.Error), store.writing() as tx:
        tx.execute("SELEKT 1")


def test_the_connection_is_durable_and_shared_without_blocking_readers(store):
    with store.reading() as tx:
        assert tx.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert tx.execute("PRAGMA synchronous").fetchone() == (2,)


def test_workspace_keys_do_not_depend_on_case():
    assert workspace_key("Lab", "First") == WS


# Several processes -----------------------------------------------------------------------------------------------------------

def many(target, *args):
    """Runs target(*args, n) in 8 processes at once; raises what any of them raised."""
    with multiprocessing.get_context("spawn").Pool(PROCESSES) as pool:
        return pool.starmap(target, [(*args, n) for n in range(PROCESSES)], chunksize=1)


def _count(root, n):
    store = Store(root)
    for turn in range(40):
        with store.writing() as tx:
            found = tx.get(WS, "counters", "c")
            tx.put(WS, "counters", "c", body(n=found.body["properties"]["n"] + 1 if found else 1), etag=found.etag if found else 0)
            versions.register(tx, WS, "models", "m", None, body(by=n), now=turn, by="me")
        with store.reading() as tx:
            total = tx.get(WS, "counters", "c").body["properties"]["n"]
            assert len(tx.list(WS, "models/m/versions")) == total, "a reader saw half of a transaction"
    store.close()


def test_eight_processes_lose_no_update_and_never_meet_a_locked_database(tmp_path):
    """They also make the store at the same moment."""
    many(_count, str(tmp_path))
    with Store(tmp_path).reading() as tx:
        assert tx.get(WS, "counters", "c").body["properties"]["n"] == 40 * PROCESSES
        assert sorted(int(found.name) for found in tx.list(WS, "models/m/versions")) == list(range(1, 40 * PROCESSES + 1))
    assert sorted(os.listdir(tmp_path))[0] == "workspace.db" and not [
        name for name in os.listdir(tmp_path) if name.endswith(".new")
    ]


def _claim_all(root, n):
    store, mine = Store(root), []
    while True:
        with store.writing() as tx:
            job = jobqueue.claim(tx, WS, f"owner {n}")
        if job is None:
            return mine
        mine.append(job)


def test_a_job_is_claimed_once(tmp_path):
    with Store(tmp_path).writing() as tx:
        for n in range(200):
            jobqueue.enqueue(tx, WS, f"job{n}")
    claimed = [job for mine in many(_claim_all, str(tmp_path)) for job in mine]
    assert len(claimed) == 200 and set(claimed) == {f"job{n}" for n in range(200)}


WRITER = """
import sys
sys.path.insert(0, sys.argv[2])
from azext_ml.local.store import Store
store, n = Store(sys.argv[1]), 0
while True:
    with store.writing() as tx:
        tx.put("w/w", "jobs", f"{sys.argv[3]}-{n}", {"properties": {"n": n, "fill": "x" * 2000}}, etag=0)
        tx.put("w/w", "twins", f"{sys.argv[3]}-{n}", {"properties": {}}, etag=0)
    print(n, flush=True)
    n += 1
"""


def test_what_was_confirmed_outlives_a_kill(tmp_path):
    seed = random.randrange(1 << 32)
    print("seed", seed)
    dice = random.Random(seed)
    for turn in range(6):
        process = subprocess.Popen(
            [sys.executable, "-c", WRITER, str(tmp_path), PROJECT, str(turn)], stdout=subprocess.PIPE, text=True
        )
        confirmed = int(process.stdout.readline())
        wait_until = time.monotonic() + dice.uniform(0, 0.15)
        while time.monotonic() < wait_until:
            confirmed = int(process.stdout.readline())
        process.send_signal(signal.SIGKILL)
        rest = process.communicate()[0].split("\n")
        confirmed = max([confirmed, *(int(line) for line in rest[:-1])])
        store = Store(tmp_path)
        with store.reading() as tx:
            found = [
                name for (name,) in tx.execute("SELECT name FROM resources WHERE parent = 'jobs' AND name LIKE ?", (f"{turn}-%",))
            ]
            twins = [
                name for (name,) in tx.execute("SELECT name FROM resources WHERE parent = 'twins' AND name LIKE ?", (f"{turn}-%",))
            ]
            assert tx.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert set(found) >= {f"{turn}-{n}" for n in range(confirmed + 1)}
        assert len(found) <= confirmed + 2 and sorted(found) == sorted(twins)
        store.close()
