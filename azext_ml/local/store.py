"""The store: one SQLite file for every workspace of a root. Tables: schema.py.

    store = Store(root)                          # a folder; workspace.db is made on first use
    with store.reading() as tx: ...              # one consistent snapshot, takes no lock
    with store.writing() as tx: ...              # BEGIN IMMEDIATE … COMMIT; an exception rolls everything back

Inside, a `Tx` has the documents of every kind (jobs, models, versions, …):

    tx.get(ws, "jobs", name)                     -> Document or None
    tx.put(ws, "jobs", name, body, etag=doc.etag)-> new Document; raises Changed when the row is no longer at `etag`
    tx.delete(ws, "jobs", name)                  -> bool; children ("models/m/versions") go with it
    tx.list(ws, "jobs", view=…, kind=…, tags=…, after=…, limit=…) -> [Document], newest first
    tx.execute(sql, args)                        -> cursor, for tables of one's own

`ws` is a workspace key, `workspace_key(group, name)`. A Document's `body` is the wire body less id, name and type; a
version lives under "models/<name>/versions". Everything done in one `writing()` is one transaction, so a job's terminal
status and the versions it registers are written together:

    with store.writing() as tx:
        job = tx.get(ws, "jobs", name)
        version = app.register(tx, app.workspace(tx, ws), "models", "m", None, properties)    # None: the next version
        tx.put(ws, "jobs", name, {**job.body, …}, etag=job.etag, kind=job.kind, archived=job.archived, private=…)
        jobqueue.remove(tx, ws, name)

Neighbours, all plain functions on a Tx: versions.py (containers, latest and next version), jobqueue.py (enqueue, claim,
cancel flag), tokens.py (run tokens), blobs.py (names to content; bytes on disk).

A store may be used from several threads, each gets a connection, and from any number of processes. Commits are synced
(synchronous=FULL): what a command has confirmed outlives a power cut as well as a kill.
"""

import json
import os
import sqlite3
import threading
import time
from contextlib import contextmanager
from typing import Any, Dict, NamedTuple, Optional

from azext_ml.core.errors import LocalError
from azext_ml.local import schema
from azext_ml.local.root import sync_folder

FILE = "workspace.db"
BUSY_SECONDS = 60
ACTIVE, ARCHIVED, ALL = "ActiveOnly", "ArchivedOnly", "All"      # listViewType (as recorded)
_COLUMNS = "seq, name, etag, archived, kind, body, private"


class Changed(Exception):
    """A compare-and-set found another etag than the expected one, or found (or missed) a row."""


class Document(NamedTuple):
    """A stored resource. `seq` orders by creation. `private` is never shown on the wire."""

    seq: int
    name: str
    etag: int
    archived: bool
    kind: str
    body: Dict[str, Any]
    private: Optional[Dict[str, Any]]


def workspace_key(group, name):
    """What the `workspace` columns hold. The subscription is no part of it: locally any is accepted (design, 1)."""
    return f"{group}/{name}".lower()


class Store:
    """The database below `root`. `clock` gives seconds since the epoch."""

    def __init__(self, root, clock=time.time):
        self.root = os.fspath(root)
        self.path = os.path.join(self.root, FILE)
        self.clock = clock
        self._local = threading.local()
        self._ensured = set()

    @contextmanager
    def reading(self):
        """One snapshot: later writes of others stay unseen until the end. Raises LocalError when the file cannot be used."""
        with self._reported():
            connection = self._connection()
            connection.execute("BEGIN")
            try:
                yield Tx(connection)
            finally:
                connection.execute("ROLLBACK")

    @contextmanager
    def writing(self):
        """One transaction that holds the write lock from its start, so that what it read stays true until it commits. Raises
        LocalError when the file cannot be used or the disk is full; nothing is written then."""
        with self._reported():
            connection = self._connection()
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield Tx(connection)
                connection.execute("COMMIT")
            except BaseException:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                raise

    def ensure(self, name, version, statements):
        """Runs `statements` (each repeatable) once per store for tables of a part's own, and again when `version` grows."""
        if name in self._ensured:
            return
        with self.reading() as tx:
            row = tx.execute("SELECT value FROM facts WHERE name = ?", ("tables." + name,)).fetchone()
        if row is None or row[0] < version:
            with self.writing() as tx:
                for statement in statements:
                    tx.execute(statement)
                tx.execute("INSERT OR REPLACE INTO facts VALUES (?, ?)", ("tables." + name, version))
        self._ensured.add(name)

    def close(self):
        """Closes this thread's connection."""
        connection = self._local.__dict__.pop("connection", None)
        if connection is not None:
            connection.close()

    @contextmanager
    def _reported(self):
        try:
            yield
        except sqlite3.DatabaseError as error:
            if isinstance(error, (sqlite3.IntegrityError, sqlite3.ProgrammingError)) or "syntax error" in str(error):
                raise                       # ours, not the file's
            raise LocalError(
                f"The local workspace's database {self.path} cannot be used: {error}.",
                fix="See whether the disk is full and the folder writable; AZURE_ML_LOCAL_ROOT names another.") from error

    def _connection(self):
        connection = self._local.__dict__.get("connection")
        if connection is None:
            connection = self._local.connection = self._open()
        return connection

    def _open(self):
        if not os.path.exists(self.path):
            _make(self.path)
        connection = _connect(self.path)
        version = connection.execute("PRAGMA user_version").fetchone()[0]
        if version < schema.VERSION:
            _bring_up_to_date(connection)
        elif version > schema.VERSION:
            connection.close()
            raise LocalError(f"The local workspace in {self.root} was made by a newer version of this extension.",
                             fix="Update the extension, or set AZURE_ML_LOCAL_ROOT to another folder.")
        return connection


class Tx:
    """A transaction in progress. Only valid inside its `with`."""

    def __init__(self, connection):
        self._connection = connection
        self.execute = connection.execute

    def get(self, ws, parent, name):
        row = self.execute(f"SELECT {_COLUMNS} FROM resources WHERE workspace = ? AND parent = ? AND key = ?",
                           (ws, parent, name.lower())).fetchone()
        return _document(row) if row else None

    def put(self, ws, parent, name, body, *, etag=None, archived=False, kind="", private=None):
        """Writes a document and returns it. `etag`: None overwrites whatever is there, 0 wants no row to be there, any other
        value wants the row to be at it; else Changed is raised. The name keeps its first spelling."""
        row = self.execute("SELECT seq, name, etag FROM resources WHERE workspace = ? AND parent = ? AND key = ?",
                           (ws, parent, name.lower())).fetchone()
        if etag is not None and etag != (row[2] if row else 0):
            raise Changed(f"{parent}/{name}")
        values = (int(archived), kind, _dump(body), None if private is None else _dump(private))
        if row is None:
            seq, new = self.execute(
                "INSERT INTO resources (workspace, parent, key, name, etag, archived, kind, body, private)"
                " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)", (ws, parent, name.lower(), name) + values).lastrowid, 1
        else:
            seq, name, new = row[0], row[1], row[2] + 1
            self.execute("UPDATE resources SET etag = ?, archived = ?, kind = ?, body = ?, private = ? WHERE seq = ?",
                         (new,) + values + (seq,))
            self.execute("DELETE FROM resource_tags WHERE seq = ?", (seq,))
        for tag, value in _tags(body).items():
            self.execute("INSERT INTO resource_tags VALUES (?, ?, ?, ?, ?)", (ws, parent, tag, seq, value))
        return Document(seq, name, new, archived, kind, body, private)

    def delete(self, ws, parent, name):
        """Removes a document and all below it. False when there was none."""
        below = f"{parent}/{name.lower()}/"
        gone = self.execute("SELECT seq FROM resources WHERE workspace = ? AND (parent = ? AND key = ?"
                            " OR parent >= ? AND parent < ?)", (ws, parent, name.lower(), below, below[:-1] + "0")).fetchall()
        self._connection.executemany("DELETE FROM resource_tags WHERE seq = ?", gone)
        self._connection.executemany("DELETE FROM resources WHERE seq = ?", gone)
        return bool(gone)

    def list(self, ws, parent, *, view=ALL, kind=None, tags=(), after=None, ascending=False, limit=None):
        """Documents by age, newest first unless `ascending`. `tags`: (name, value or None for any) pairs that all must hold.
        `after`: begin behind the document of that seq."""
        # The indexes are named: without statistics SQLite may take one that has to sort all rows for one page.
        index = "resources_kind" if kind is not None else "resources_all" if view == ALL else "resources_view"
        table, seq = f"resources r INDEXED BY {index}", "r.seq"
        where, values = ["r.workspace = ?", "r.parent = ?"], [ws, parent]
        if tags:
            # A tag leads the join: a rare one among many resources is found through its index.
            table, seq = "resource_tags t CROSS JOIN resources r ON r.seq = t.seq", "t.seq"
            where, values = ["t.workspace = ?", "t.parent = ?", "t.tag = ?"], [ws, parent, tags[0][0]]
            if tags[0][1] is not None:
                where.append("t.value = ?")
                values.append(tags[0][1])
        for tag, value in tags[1:]:
            where.append("EXISTS (SELECT 1 FROM resource_tags x WHERE x.workspace = t.workspace AND x.parent = t.parent"
                         " AND x.tag = ? AND x.seq = t.seq AND coalesce(x.value = ?, 1))")
            values += [tag, value]
        if kind is not None:
            where.append("r.kind = ?")
            values.append(kind)
        if view != ALL:
            where.append("r.archived = ?")
            values.append(int(view == ARCHIVED))
        if after is not None:
            where.append(f"{seq} {'>' if ascending else '<'} ?")
            values.append(after)
        sql = (f"SELECT {', '.join('r.' + column for column in _COLUMNS.split(', '))} FROM {table}"
               f" WHERE {' AND '.join(where)} ORDER BY {seq} {'ASC' if ascending else 'DESC'} LIMIT ?")
        return [_document(row) for row in self.execute(sql, values + [-1 if limit is None else limit])]


def _connect(path):
    connection = sqlite3.connect(path, timeout=BUSY_SECONDS, isolation_level=None)
    connection.execute("PRAGMA synchronous = FULL")
    return connection


def _make(path):
    """Makes the database under another name and links it into place: two processes that start at once get the same file, and
    no one ever meets a half-made one (switching a shared file to WAL answers "database is locked" at once)."""
    temporary = f"{path}.{os.getpid()}.{threading.get_ident()}.new"
    # It holds the secrets of datastores. SQLite gives its side files the same mode.
    os.close(os.open(temporary, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600))
    connection = _connect(temporary)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        _bring_up_to_date(connection)
    finally:
        connection.close()
    try:
        os.link(temporary, path)
    except FileExistsError:
        pass
    finally:
        os.unlink(temporary)
    sync_folder(os.path.dirname(path))


def _bring_up_to_date(connection):
    connection.execute("BEGIN IMMEDIATE")
    for statement in schema.STATEMENTS:
        connection.execute(statement)
    connection.execute(f"PRAGMA user_version = {schema.VERSION}")
    connection.execute("COMMIT")


def _document(row):
    seq, name, etag, archived, kind, body, private = row
    return Document(seq, name, etag, bool(archived), kind, json.loads(body), json.loads(private) if private else None)


def _dump(value):
    return json.dumps(value, separators=(",", ":"))


def _tags(body):
    """Tags of an asset or job stand in its properties, those of a compute or endpoint beside them (as recorded)."""
    properties = body.get("properties")
    tags = properties.get("tags") if isinstance(properties, dict) else None
    tags = tags or body.get("tags")
    return {_text(tag): _text(value) for tag, value in tags.items()} if isinstance(tags, dict) else {}


def _text(value):
    """What a column can hold: half a surrogate pair, which JSON allows, cannot be written as UTF-8."""
    return None if value is None else str(value).encode("utf-8", "replace").decode()
