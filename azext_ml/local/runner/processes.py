"""Processes of this machine: telling them apart, finding what belongs to one, ending all of it.

Standard library only: the shim imports this as its neighbour file. A process is known by pid and start time, since a pid
alone may have been given to another one. On Linux the facts come from /proc (`man 5 proc`, stat fields 3 to 6 and 22); where
there is no /proc they come from `ps`, without sessions and environments.
"""

import os
import signal
import subprocess
import time
from typing import NamedTuple

MARK = "AZML_RUN_ID"                    # environment variable that every process of a run inherits
_UNKILLABLE_SECONDS = 20                # a process in uninterruptible sleep outlives SIGKILL; nobody waits for it longer


class Process(NamedTuple):
    """`start` identifies the process together with `pid`: it differs between boots too. `session` is 0 when not known."""

    pid: int
    parent: int
    group: int
    session: int
    state: str
    start: str


def table():
    """{pid: Process} of everything that runs now, zombies included."""
    if not os.path.isdir("/proc/self"):
        return _from_ps()
    processes = {}
    for entry in os.listdir("/proc"):
        if entry.isdigit():
            process = find(int(entry))
            if process:
                processes[process.pid] = process
    return processes


def find(pid):
    """The Process with this pid, or None."""
    if not os.path.isdir("/proc/self"):
        return _from_ps().get(pid)
    try:
        with open(f"/proc/{pid}/stat", "rb") as file:
            stat = file.read()
    except OSError:
        return None
    # The name stands in parentheses and may itself hold spaces and parentheses.
    fields = stat[stat.rindex(b")") + 2:].split()
    return Process(pid, int(fields[1]), int(fields[2]), int(fields[3]), fields[0].decode(), f"{_boot()}:{int(fields[19])}")


def is_alive(pid, start):
    """Whether the very process that was seen as (pid, start) still runs."""
    process = find(pid)
    return process is not None and process.start == start and process.state != "Z"


def descendants(processes, pid):
    """Every Process below `pid` in the table, children first to last."""
    children = {}
    for process in processes.values():
        children.setdefault(process.parent, []).append(process)
    found, waiting = [], [pid]
    while waiting:
        for process in children.get(waiting.pop(), ()):
            if process.pid != pid:
                found.append(process)
                waiting.append(process.pid)
    return found


def marked(processes, mark):
    """Those of the table that carry AZML_RUN_ID=`mark` in their environment, where that can be read."""
    wanted = f"{MARK}={mark}".encode()
    found = []
    for process in processes.values():
        try:
            with open(f"/proc/{process.pid}/environ", "rb") as file:
                if wanted in file.read().split(b"\0"):
                    found.append(process)
        except OSError:
            continue
    return found


def leftovers(mark, leaders):
    """What still runs of a run whose shim is gone: by its mark, by the sessions and groups that `leaders`, (pid, start) pairs,
    began, and all below these."""
    processes = table()
    found = {process.pid: process for process in marked(processes, mark)}
    for leader, start in leaders:
        heir = processes.get(leader)
        if heir is None or heir.start == start:                  # else the number belongs to somebody else by now
            found.update((p.pid, p) for p in processes.values() if leader in (p.session, p.group))
    for process in list(found.values()):
        found.update((p.pid, p) for p in descendants(processes, process.pid))
    found.pop(os.getpid(), None)
    return list(found.values())


def end(members, grace, reap=lambda: None):
    """Ends every Process that `members()` returns, as often as it returns new ones: SIGTERM at first sight, SIGKILL for all
    that are there after `grace` seconds. `reap` is called each round. True when none is left."""
    asked = set()
    now = time.monotonic()
    kill_from, give_up_at = now + grace, now + grace + _UNKILLABLE_SECONDS
    pause = 0.002
    while True:
        reap()
        alive = [process for process in members() if process.state not in "ZX"]
        if not alive:
            return True
        now = time.monotonic()
        if now > give_up_at:
            return False
        for process in alive:
            if now >= kill_from:
                send(process.pid, process.start, signal.SIGKILL)
            elif process not in asked:
                asked.add(process)
                send(process.pid, process.start, signal.SIGTERM)
                send(process.pid, process.start, signal.SIGCONT)                 # a stopped process cannot act on SIGTERM
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)


def send(pid, start, number):
    """Sends a signal to the very process that was seen as (pid, start). Where there are pidfds nobody else can get it."""
    try:
        if not hasattr(signal, "pidfd_send_signal"):
            if is_alive(pid, start):
                os.kill(pid, number)
            return
        descriptor = os.pidfd_open(pid)
        try:
            if is_alive(pid, start):
                signal.pidfd_send_signal(descriptor, number)
        finally:
            os.close(descriptor)
    except OSError:
        pass                                                     # gone already


def _boot():
    global _boot_id
    if _boot_id is None:
        try:
            with open("/proc/sys/kernel/random/boot_id", encoding="ascii") as file:
                _boot_id = file.read().strip()
        except OSError:
            _boot_id = ""
    return _boot_id


_boot_id = None


def _from_ps():
    with subprocess.Popen(["ps", "-axo", "pid=,ppid=,pgid=,stat=,lstart="], stdout=subprocess.PIPE,
                          env={**os.environ, "LC_ALL": "C"}) as ps:
        listing = ps.communicate()[0].decode("utf-8", "replace")
    processes = {}
    for line in listing.splitlines():
        pid, parent, group, state, start = line.split(None, 4)
        processes[int(pid)] = Process(int(pid), int(parent), int(group), 0, state[0], start.strip())
    processes.pop(ps.pid, None)                      # a child of whoever asks, and gone by now
    return processes
