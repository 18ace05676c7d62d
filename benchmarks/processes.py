"""Whole processes, side by side: CPU time, wall time and peak memory as the kernel accounts for them (wait4).

The CPU time of a process is its own and that of the children it waited for; an agent that it leaves behind is not in it.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median
from typing import NamedTuple

Command = Sequence[str | os.PathLike[str]]


class Run(NamedTuple):
    """One process: seconds, seconds, MiB, what it printed, and when it was gone (seconds since the epoch)."""

    cpu: float
    wall: float
    peak: float
    out: str
    ended: float


def run(command: Command, environment: Mapping[str, str], folder: Path | None = None) -> Run:
    """Runs a command to its end. SystemExit when it fails: a figure of a failure means nothing."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=dict(environment), cwd=folder)
        _, status, used = os.wait4(process.pid, 0)
        ended, wall = time.time(), time.perf_counter() - started
        process.returncode = os.waitstatus_to_exitcode(status)
        texts = []
        for stream in (out, err):
            stream.seek(0)
            texts.append(stream.read().decode(errors="replace"))
    if process.returncode:
        raise SystemExit(f"{' '.join(map(str, command))}\nended with {process.returncode}\n{texts[0]}{texts[1]}")
    peak = used.ru_maxrss / (1 << 20 if sys.platform == "darwin" else 1 << 10)
    return Run(used.ru_utime + used.ru_stime, wall, peak, texts[0], ended)


def alternating(commands: Mapping[str, Command], rounds: int, environment: Mapping[str, str]) -> dict[str, list[Run]]:
    """Every command once in each round, beginning with another one each time; a round before these is not counted."""
    names = list(commands)
    runs: dict[str, list[Run]] = {name: [] for name in names}
    for number in range(-1, rounds):
        shift = number % len(names)
        for name in names[shift:] + names[:shift]:
            one = run(commands[name], environment)
            if number >= 0:
                runs[name].append(one)
    return runs


def ratio(runs: dict[str, list[Run]], name: str, base: str, what: str = "cpu") -> float:
    """Median of the ratios of the rounds: what slows a whole round down does not count."""
    return median(getattr(one, what) / getattr(other, what) for one, other in zip(runs[name], runs[base]))


def difference(runs: dict[str, list[Run]], name: str, base: str, what: str) -> float:
    """Median of the differences of the rounds, in seconds."""
    return median(getattr(one, what) - getattr(other, what) for one, other in zip(runs[name], runs[base]))


def middle(runs: list[Run], what: str) -> float:
    return median(getattr(one, what) for one in runs)
