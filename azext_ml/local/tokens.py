"""Tokens of runs: each opens the MLflow and artifact routes of one run. Only their SHA-256 is stored."""

import hashlib
import os


def issue(tx, ws, run):
    """A new token for a run of workspace `ws`. Hand it to the process; it cannot be read back."""
    token = "azml-run-" + os.urandom(32).hex()
    tx.execute("INSERT INTO run_tokens VALUES (?, ?, ?)", (_digest(token), ws, run))
    return token


def run_of(tx, token):
    """(workspace key, run) that the token is good for, or None. The look-up goes by digest, so its time says nothing about
    the token."""
    row = tx.execute("SELECT workspace, run FROM run_tokens WHERE digest = ?", (_digest(token),)).fetchone()
    return tuple(row) if row else None


def revoke(tx, ws, run):
    tx.execute("DELETE FROM run_tokens WHERE workspace = ? AND run = ?", (ws, run))


def _digest(token):
    return hashlib.sha256(token.encode()).hexdigest()
