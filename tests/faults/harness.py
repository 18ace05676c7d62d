"""Kills whatever runs a job at random moments, and asks afterwards whether everything that the store says is true.

One round: a process creates a few jobs, as a command line would, and says which were confirmed; meanwhile it, the agent,
shims or users' processes are killed (SIGKILL) and some jobs canceled. Every job leaves witnesses outside the workspace: a line
for each start, and the exit code that it means to end with. When the round is over:

    the store opens and is whole, all that was confirmed is there, and all jobs have ended
    Completed: the command came to its end with code 0, and its output is registered with the right content
    Failed, Canceled: nothing was registered; a code that the error names is the one that the command ended with
    no job ran twice, and no process is left
"""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

from azext_ml.local import blobs, launch
from tests.local.runner.world import KEY, OVER, REPOSITORY, SCOPE, World

VICTIMS = ("command line", "agent", "shim", "process", "agent and shim")
_WRITER = """
import json, sys
sys.path.insert(0, sys.argv[1])
from tests.local.runner.world import World
world = World(sys.argv[2])
for name, properties in json.load(sys.stdin):
    world.job(name=name, **properties)
    print(name, flush=True)
"""
_BODIES = {
    "plain": "sleep {pause}",
    "busy": "head -c 2000000 /dev/zero | tr '\\0' x; sleep {pause}",
    "daemon": "(setsid sleep 1001 &); (sleep 1002 &); sleep {pause}",
    "stubborn": "trap '' TERM; sleep {pause}",
    "failing": "sleep {pause}",
}


class Wrong(AssertionError):
    """The store says what is not true."""


class Chaos(World):
    def __init__(self, folder, seed):
        self.chance = random.Random(seed)
        self.witnesses = Path(folder, "witnesses")
        self.witnesses.mkdir(parents=True)
        super().__init__(Path(folder, "root"), cores=3, idle=2.0)
        self.counts = {victim: Counter() for victim in VICTIMS}
        self.made = 0

    def round(self, victim):
        """One round with one kind of victim. Raises Wrong."""
        count = self.counts[victim]
        wanted = [self._job() for _ in range(self.chance.randint(1, 3))]
        writer = subprocess.Popen([sys.executable, "-c", _WRITER, str(REPOSITORY), str(self.root)], stdin=subprocess.PIPE,
                                  stdout=subprocess.PIPE, text=True, env={**os.environ, "AZURE_CORE_COLLECT_TELEMETRY": "0"})
        writer.stdin.write(json.dumps(wanted))
        writer.stdin.close()
        canceled = set()
        for _ in range(self.chance.randint(1, 3)):
            self._let_time_pass()
            count["kills"] += self._kill(victim, writer, [name for name, _ in wanted])
            if self.chance.random() < 0.2:
                name = self.chance.choice(wanted)[0]
                if self.cancel(name)[0] in (200, 202):
                    canceled.add(name)
        confirmed = writer.stdout.read().split()
        writer.wait()
        self.wake()
        there = [name for name, _ in wanted if self.request("GET", f"{SCOPE}/jobs/{name}")[0] == 200]
        if not set(confirmed) <= set(there):
            raise Wrong(f"confirmed, but not there: {set(confirmed) - set(there)}")
        for name in there:
            self._wait_for_end(name)
            status = self._check(name, name in canceled)
            count[status] += 1
        count["rounds"] += 1
        self._check_whole(there)

    def _job(self):
        self.made += 1
        name = f"job{self.made}"
        kind = self.chance.choice(tuple(_BODIES))
        code = 3 if kind == "failing" else 0
        body = _BODIES[kind].format(pause=round(self.chance.choice((0, 0.02, 0.1, 0.3)), 2))
        started, ended = self.witnesses / f"{name}.started", self.witnesses / f"{name}.ended"
        return name, {"command": f"echo $$ >> {started}\n{body}\necho {name} > ${{{{outputs.out}}}}/content\necho {code} > {ended}\nexit {code}",
                      "outputs": {"out": {"jobOutputType": "uri_folder", "assetName": name}}}

    def _let_time_pass(self):
        time.sleep(self.chance.choice((0.0, 0.05, 0.2, 0.5)) * self.chance.random())

    def _kill(self, victim, writer, names):
        """How many processes were killed."""
        pids = []
        if victim == "command line":
            pids = [writer.pid] if writer.poll() is None else []
        if victim.startswith("agent"):
            pids += [pid for pid in [self.agent_pid] if pid]
        if victim.endswith("shim"):
            pids += self._shims()
        if victim == "process":
            pids += self._processes(names)
        killed = 0
        for pid in pids:
            try:
                os.kill(pid, signal.SIGKILL)
                killed += 1
            except ProcessLookupError:
                pass
        return killed

    def _shims(self):
        folder = Path(launch.folder(str(self.root), KEY), "jobs")
        pids = []
        for path in folder.glob("*/shim.json"):
            try:
                pids.append(json.loads(path.read_text())["pid"])
            except (OSError, ValueError):
                continue
        return self.chance.sample(pids, min(len(pids), self.chance.randint(1, 2)))

    def _processes(self, names):
        """Users' processes of these jobs that run right now; a pid in a witness may have been given away since."""
        pids = []
        for name in names:
            try:
                pid = int((self.witnesses / f"{name}.started").read_text().split()[0])
                if f"/{name}\0".encode() in Path(f"/proc/{pid}/environ").read_bytes():
                    pids.append(pid)
            except (OSError, ValueError, IndexError):
                continue
        return pids

    def _wait_for_end(self, name):
        deadline = time.monotonic() + 60
        while self.status(name) not in OVER:
            if self.agent_pid is None:
                self.wake()
            if time.monotonic() > deadline:
                raise Wrong(f"{name} does not end: {self.status(name)}")
            time.sleep(0.005)

    def _check(self, name, canceled):
        status, message = self.status(name), self.message(name) or ""
        starts = self._lines(f"{name}.started")
        ended = self._lines(f"{name}.ended")
        registered = self.request("GET", f"{SCOPE}/data/{name}/versions/1")[0] == 200
        if len(starts) > 1:
            raise Wrong(f"{name} ran {len(starts)} times")
        if status == "Completed":
            if ended != ["0"]:
                raise Wrong(f"{name} is Completed, but ended with {ended}")
            if not registered or self.blobs(f"azureml/{name}/out/") != {"content": f"{name}\n".encode()}:
                raise Wrong(f"{name} is Completed, but its output is not there")
        elif registered:
            raise Wrong(f"{name} is {status}, but its output was registered")
        if status == "Failed" and "exited with code" in message and ended != [message.split("exited with code ")[1].split(".")[0]]:
            raise Wrong(f"{name} ended with {ended}, but it says: {message}")
        if status == "Failed" and not any(text in message for text in ("exited with code 3", "SIGKILL", "lost")):
            raise Wrong(f"{name} failed for a reason that it did not have: {message}")
        if status == "Canceled" and not canceled:
            raise Wrong(f"{name} is Canceled, but nobody asked for it")
        return status

    def _check_whole(self, names):
        self.until(lambda: not self.left_running(), 10, lambda: f"left running: {self.left_running()}")
        with self.store.reading() as tx:
            if tx.execute("SELECT count(*) FROM queue").fetchone()[0]:
                raise Wrong("jobs have ended and are still in the queue")
            if tx.execute("SELECT count(*) FROM run_tokens").fetchone()[0]:
                raise Wrong("tokens of runs that are over are still good")
            for row in tx.execute("SELECT name, sha256, size FROM blobs WHERE " + " OR ".join(["name LIKE ?"] * len(names)),
                                  [f"%{name}/%" for name in names]).fetchall() if names else ():
                if os.path.getsize(blobs.content_path(str(self.root), row[1])) != row[2]:
                    raise Wrong(f"the content of {row[0]} is not whole")

    def check_store(self):
        """The whole database, which takes longer."""
        with self.store.reading() as tx:
            if tx.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
                raise Wrong("the database is damaged")

    def _lines(self, name):
        try:
            return (self.witnesses / name).read_text().split()
        except FileNotFoundError:
            return []


def run(folder, rounds, seed, say=lambda text: None):
    """Counts per victim of `rounds` rounds. Raises Wrong, with the seed and the round in its text."""
    chaos = Chaos(folder, seed)
    try:
        for number in range(rounds):
            victim = VICTIMS[number % len(VICTIMS)]
            try:
                chaos.round(victim)
            except AssertionError as error:
                raise Wrong(f"seed {seed}, round {number} ({victim}): {error}") from error
            if number % 50 == 49:
                chaos.check_store()
                say(f"{number + 1} rounds")
        chaos.check_store()
        return chaos.counts
    finally:
        chaos.close()
