"""A local workspace with very many finished jobs: one that ran, copied row by row."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

COPY = """
WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < :count)
INSERT INTO resources (workspace, parent, key, name, etag, archived, kind, body, private)
SELECT workspace, parent, key || '-' || n, name || '-' || n, etag, archived, kind, replace(body, name, name || '-' || n), private
FROM resources, numbers WHERE parent = 'jobs' AND key = :job
"""
TAGS = """
INSERT INTO resource_tags (workspace, parent, tag, seq, value)
SELECT copy.workspace, copy.parent, tag, copy.seq, value
FROM resources copy JOIN resource_tags ON resource_tags.seq = (SELECT seq FROM resources WHERE parent = 'jobs' AND key = :job)
WHERE copy.parent = 'jobs' AND copy.key LIKE :job || '-%'
"""


def copy_job(root: str | os.PathLike[str], job: str, count: int) -> None:
    """Adds `count` copies of a finished job to its workspace."""
    database = sqlite3.connect(Path(root) / "workspace.db")
    with database:
        database.execute(COPY, {"job": job, "count": count})
        database.execute(TAGS, {"job": job})
    database.close()
