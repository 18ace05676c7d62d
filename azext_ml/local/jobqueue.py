"""Jobs that are not over, in the order in which they came. All functions take a Tx of store.writing().

A job is here from its PUT until its terminal status is written; both happen in the same transaction as the job's document.
An owner is any text that names the claimant (pid and start time of the agent).
"""

from typing import NamedTuple, Optional


class Entry(NamedTuple):
    job: str
    owner: Optional[str]
    cancel: bool


def enqueue(tx, ws, job):
    tx.execute("INSERT INTO queue (workspace, job) VALUES (?, ?)", (ws, job))


def claim(tx, ws, owner):
    """Takes the oldest job that nobody owns. Its name, or None. Run it inside writing(): the lock makes it a compare-and-set."""
    row = tx.execute("SELECT seq, job FROM queue WHERE workspace = ? AND owner IS NULL ORDER BY seq LIMIT 1", (ws,)).fetchone()
    if row is None:
        return None
    tx.execute("UPDATE queue SET owner = ? WHERE seq = ?", (owner, row[0]))
    return row[1]


def release(tx, ws, job):
    """Gives a claimed job back, for the case that its owner died before the job began."""
    tx.execute("UPDATE queue SET owner = NULL WHERE workspace = ? AND job = ?", (ws, job))


def entries(tx, ws):
    """All of the workspace's, oldest first."""
    rows = tx.execute("SELECT job, owner, cancel FROM queue WHERE workspace = ? ORDER BY seq", (ws,))
    return [Entry(job, owner, bool(cancel)) for job, owner, cancel in rows]


def entry(tx, ws, job):
    row = tx.execute("SELECT job, owner, cancel FROM queue WHERE workspace = ? AND job = ? COLLATE NOCASE", (ws, job)).fetchone()
    return Entry(row[0], row[1], bool(row[2])) if row else None


def request_cancel(tx, ws, job):
    """Sets the flag. The owner acts on it."""
    tx.execute("UPDATE queue SET cancel = 1 WHERE workspace = ? AND job = ? COLLATE NOCASE", (ws, job))


def remove(tx, ws, job):
    """The job is over."""
    tx.execute("DELETE FROM queue WHERE workspace = ? AND job = ? COLLATE NOCASE", (ws, job))


def workspaces(tx):
    """Keys of the workspaces that have jobs waiting or running."""
    return [row[0] for row in tx.execute("SELECT DISTINCT workspace FROM queue")]
