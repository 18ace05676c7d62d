"""`job stream`: the log of a job, as it is written."""

import os

from azext_ml.core.errors import JobCanceled, JobFailed
from azext_ml.nouns.job.commands.history import history
from azext_ml.nouns.job.commands.show import fetch, studio

ENDED = ("Completed", "Failed", "Canceled", "NotResponding")
LOGS = ("user_logs/std_log", "azureml-logs/", "logs/azureml/executionlogs.txt")


def stream(ws, noun, name):
    """Follows a job to its end. Raises JobFailed or JobCanceled when it did not complete."""
    follow(ws, noun, name, ws.terminal.log)


def follow(ws, noun, name, write):
    """Hands the log to `write` (bytes, whole lines) until the job ends; returns the finished job's wire form."""
    wire = fetch(ws, noun, name)
    runs = history(ws)
    say(write, f"RunId: {name}", *(f"Web View: {address}" for address in [studio(wire)] if address))
    logs = Logs(ws, write)
    pause = Pause(os.environ)
    try:
        while True:
            details = runs.get(f"runs/{name}/details")
            ended = details["status"] in ENDED
            moved = [logs.read(log, url, ended) for log, url in wanted(details.get("logFiles") or {})]
            if ended:
                break
            ws.clock.sleep(pause.next(any(moved)))
    except KeyboardInterrupt:
        ws.terminal.warn(f"Stopped following; the job goes on. `az ml job stream --name {name}` follows it again, "
                         f"`az ml job cancel --name {name}` ends it.")
        raise
    summary(ws, details, name, studio(wire), write)
    judge(details, name)
    return fetch(ws, noun, name)


def wanted(files):
    """(name, address) of the logs worth reading, in order of name."""
    return sorted(item for item in files.items() if item[0].startswith(LOGS) and item[0].endswith(".txt"))


class Logs:
    """The logs of one job, each read from where it was left, written below a heading that says which one it is."""

    def __init__(self, ws, write):
        self.ws, self.write = ws, write
        self.tails = {}
        self.last = None            # whose lines were written last

    def read(self, log, url, ended):
        """Writes what is new in one log: whole lines only, until the job has ended. True when there was something."""
        tail = self.tails.setdefault(log, Tail())
        data = self.ws.client.read(url, offset=tail.offset)
        tail.offset += len(data)
        ready = tail.lines(data, ended)
        if ready:
            if self.last != log:
                say(self.write, "", f"Streaming {log}", "=" * (len(log) + 10), "")
                self.last = log
            self.write(ready)
        return bool(data)


class Tail:
    """How far a log has been read, and the line that is still being written."""

    def __init__(self):
        self.offset = 0
        self.rest = b""

    def lines(self, data, ended):
        data = self.rest + data
        end = len(data) if ended else data.rfind(b"\n") + 1
        self.rest = data[end:]
        return data[:end] + (b"\n" if ended and end and not data.endswith(b"\n") else b"")


class Pause:
    """Seconds until the next look: short while the log grows, longer while it is quiet.

    AZUREML_RUN_POLLING_INTERVAL_MIN and _MAX bound it, as in the official client.
    """

    def __init__(self, environ):
        self.low = self.bound(environ.get("AZUREML_RUN_POLLING_INTERVAL_MIN"), 0.2)
        self.high = max(self.low, self.bound(environ.get("AZUREML_RUN_POLLING_INTERVAL_MAX"), 3))
        self.now = self.low

    @staticmethod
    def bound(text, usual):
        """The seconds that a variable names; `usual` when it is not set, or to no such number."""
        try:
            return float(text) if text and 0 < float(text) < 3600 else usual
        except ValueError:
            return usual

    def next(self, moved):
        self.now = self.low if moved else min(self.high, self.now * 1.3)
        return self.now


def summary(ws, details, name, address, write):
    say(write, "", "Execution Summary", "=" * 17, f"RunId: {name}", *(f"Web View: {link}" for link in [address] if link))
    warnings = [found.get("message") for found in details.get("warnings") or ()]
    if warnings:
        say(write, "", "Warnings:", *warnings)
    say(write, "")


def judge(details, name):
    """Raises when the job did not complete."""
    error = details.get("error") or {}
    text = (error.get("error") or error).get("message") if isinstance(error, dict) else str(error)
    if details["status"] == "Failed":
        raise JobFailed(f"Job '{name}' failed" + (f": {text}" if text else "."),
                        fix=f"`az ml job download --name {name}` gets its logs.")
    if details["status"] == "Canceled":
        raise JobCanceled(f"Job '{name}' was canceled" + (f": {text}" if text else "."))
    if details["status"] == "NotResponding":
        raise JobFailed(f"Job '{name}' stopped responding.")


def say(write, *lines):
    write("".join(f"{line}\n" for line in lines).encode())
