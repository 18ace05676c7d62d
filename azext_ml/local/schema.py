"""The tables of workspace.db, as one list of SQL statements.

Every statement can run again on a store that has it. A change raises VERSION and adds statements; it never edits one that
has shipped, so that an older store is brought up to date by running them all.

A part with tables of its own (as mlflow.py may) calls `store.ensure(name, version, statements)` before its first use of
them; nothing here has to change for it.
"""

VERSION = 1

STATEMENTS = (
    # One row per resource of any kind. `workspace` is a workspace key ("group/name", lower case; "" for the workspaces
    # themselves), `parent` the collection below it, lower case ("jobs", "models", "models/m/versions"), `key` the lower-case
    # and `name` the given spelling. `body` is the JSON that is shown, less id, name and type. `private` is JSON that is
    # never shown. `kind` is what lists filter by (a job's jobType). `seq` grows with creation: lists and pages go by it.
    """CREATE TABLE IF NOT EXISTS resources (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        workspace TEXT NOT NULL, parent TEXT NOT NULL, key TEXT NOT NULL, name TEXT NOT NULL,
        etag INTEGER NOT NULL, archived INTEGER NOT NULL, kind TEXT NOT NULL,
        body TEXT NOT NULL, private TEXT,
        UNIQUE (workspace, parent, key))""",
    "CREATE INDEX IF NOT EXISTS resources_all ON resources (workspace, parent, seq)",
    "CREATE INDEX IF NOT EXISTS resources_view ON resources (workspace, parent, archived, seq)",
    "CREATE INDEX IF NOT EXISTS resources_kind ON resources (workspace, parent, kind, seq, archived)",
    # Tags of resources, for the lists that filter by them.
    """CREATE TABLE IF NOT EXISTS resource_tags (
        workspace TEXT NOT NULL, parent TEXT NOT NULL, tag TEXT NOT NULL, seq INTEGER NOT NULL, value TEXT,
        PRIMARY KEY (workspace, parent, tag, seq)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS resource_tags_seq ON resource_tags (seq)",
    # Jobs that are not over. `owner` is NULL until claimed; `cancel` is 1 once cancellation was asked for.
    """CREATE TABLE IF NOT EXISTS queue (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        workspace TEXT NOT NULL, job TEXT NOT NULL, owner TEXT, cancel INTEGER NOT NULL DEFAULT 0,
        UNIQUE (workspace, job))""",
    "CREATE INDEX IF NOT EXISTS queue_free ON queue (workspace, owner, seq)",
    # Code snapshots by content: the version that holds it.
    """CREATE TABLE IF NOT EXISTS snapshots (
        workspace TEXT NOT NULL, hash TEXT NOT NULL, code TEXT NOT NULL, version TEXT NOT NULL,
        PRIMARY KEY (workspace, hash)) WITHOUT ROWID""",
    # Blob names and what they hold. The bytes are in blobs/ab/<sha256>. Times are seconds since the epoch.
    """CREATE TABLE IF NOT EXISTS blobs (
        container TEXT NOT NULL, name TEXT NOT NULL, sha256 TEXT NOT NULL, md5 BLOB NOT NULL, size INTEGER NOT NULL,
        etag INTEGER NOT NULL, modified REAL NOT NULL, content_type TEXT NOT NULL, metadata TEXT NOT NULL,
        PRIMARY KEY (container, name)) WITHOUT ROWID""",
    # Blocks that were put and not yet committed to a blob.
    """CREATE TABLE IF NOT EXISTS blocks (
        container TEXT NOT NULL, name TEXT NOT NULL, block TEXT NOT NULL, sha256 TEXT NOT NULL, size INTEGER NOT NULL,
        PRIMARY KEY (container, name, block)) WITHOUT ROWID""",
    # Tokens of runs, as SHA-256: one opens the MLflow and artifact routes of its run only.
    """CREATE TABLE IF NOT EXISTS run_tokens (
        digest TEXT PRIMARY KEY, workspace TEXT NOT NULL, run TEXT NOT NULL) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS run_tokens_run ON run_tokens (workspace, run)",
    # Long-running operations, by the name that their poll URLs carry. `job`: over when that job is.
    """CREATE TABLE IF NOT EXISTS operations (
        id TEXT PRIMARY KEY, family TEXT NOT NULL, workspace TEXT NOT NULL, job TEXT, result TEXT, started REAL NOT NULL
        ) WITHOUT ROWID""",
    # Small facts of the whole root: versions of the parts' tables, the secret that signs blob URLs.
    "CREATE TABLE IF NOT EXISTS facts (name TEXT PRIMARY KEY, value NOT NULL) WITHOUT ROWID",
    # MLflow: experiments and runs, the metrics' whole history, the newest value of each metric, params and tags.
    # A job's run has the job's name as id. Times are milliseconds since the epoch, as MLflow's.
    """CREATE TABLE IF NOT EXISTS experiments (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, id TEXT NOT NULL, name TEXT NOT NULL,
        stage TEXT NOT NULL DEFAULT 'active', created INTEGER NOT NULL, updated INTEGER NOT NULL,
        UNIQUE (workspace, id), UNIQUE (workspace, name))""",
    """CREATE TABLE IF NOT EXISTS runs (
        seq INTEGER PRIMARY KEY AUTOINCREMENT, workspace TEXT NOT NULL, id TEXT NOT NULL, experiment TEXT NOT NULL,
        name TEXT NOT NULL DEFAULT '', user TEXT NOT NULL DEFAULT '', status TEXT NOT NULL DEFAULT 'RUNNING',
        stage TEXT NOT NULL DEFAULT 'active', started INTEGER, ended INTEGER,
        UNIQUE (workspace, id))""",
    "CREATE INDEX IF NOT EXISTS runs_experiment ON runs (workspace, experiment, seq)",
    """CREATE TABLE IF NOT EXISTS metrics (
        workspace TEXT NOT NULL, run TEXT NOT NULL, key TEXT NOT NULL, step INTEGER NOT NULL, timestamp INTEGER NOT NULL,
        value REAL, nan INTEGER NOT NULL DEFAULT 0)""",
    "CREATE UNIQUE INDEX IF NOT EXISTS metrics_point ON metrics (workspace, run, key, step, timestamp, nan, value)",
    """CREATE TABLE IF NOT EXISTS latest_metrics (
        workspace TEXT NOT NULL, run TEXT NOT NULL, key TEXT NOT NULL, step INTEGER NOT NULL, timestamp INTEGER NOT NULL,
        value REAL, nan INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (workspace, run, key)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS params (
        workspace TEXT NOT NULL, run TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (workspace, run, key)) WITHOUT ROWID""",
    """CREATE TABLE IF NOT EXISTS run_tags (
        workspace TEXT NOT NULL, run TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL,
        PRIMARY KEY (workspace, run, key)) WITHOUT ROWID""",
    "CREATE INDEX IF NOT EXISTS run_tags_value ON run_tags (workspace, key, value)",
)
