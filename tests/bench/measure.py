"""Time commands in fresh processes, interleaved, and print each as a ratio to a reference of the same run.

A contender is a command line. Seconds are wall time of the whole process minus nothing; peak memory is the largest
resident set of the process (VmHWM through wait4). The figure of a contender is the minimum over the rounds, of wall and
CPU seconds each; on a machine that is not quiet trust the CPU seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Figure:
    name: str
    seconds: float
    cpu: float
    megabytes: float


def measure(contenders: dict[str, Sequence[str]], rounds: int = 3) -> dict[str, Figure]:
    """Run every contender `rounds` times, one after the other within a round; a failing one raises."""
    best: dict[str, Figure] = {}
    for _ in range(rounds):
        for name, command in contenders.items():
            new = _run(name, command)
            old = best.get(name, new)
            megabytes = max(new.megabytes, old.megabytes)
            best[name] = Figure(name, min(new.seconds, old.seconds), min(new.cpu, old.cpu), megabytes)
    return best


def table(title: str, figures: dict[str, Figure], reference: str, rows: int) -> str:
    """The printed form: seconds, million rows a second, CPU seconds, ratios to the reference, peak megabytes."""
    base = figures[reference]
    lines = [title, f"{'':44}{'s':>9}{'Mrow/s':>9}{'x ref':>8}{'CPU s':>9}{'x ref':>8}{'MB':>8}"]
    for figure in figures.values():
        speed = rows / figure.seconds / 1e6
        wall = f"{figure.seconds:9.2f}{speed:9.2f}{figure.seconds / base.seconds:8.2f}"
        cpu = f"{figure.cpu:9.2f}{figure.cpu / max(base.cpu, 0.01):8.2f}"
        lines.append(f"{figure.name:44}{wall}{cpu}{figure.megabytes:8.0f}")
    return "\n".join(lines)


def script(path: str, *arguments: str) -> list[str]:
    """A command line that runs one of our own scripts with this interpreter."""
    return [sys.executable, path, *arguments]


def _run(name: str, command: Sequence[str]) -> Figure:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"failed: {' '.join(command)}")
    return Figure(name, seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024)
