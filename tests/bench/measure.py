"""Time commands in fresh processes, interleaved, and print each as a ratio to a reference of the same run.

A contender is a command line. Seconds are wall time of the whole process minus nothing; peak memory is the largest
resident set of the process (VmHWM through wait4). The figure of a contender is the minimum over the rounds.
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
    megabytes: float


def measure(contenders: dict[str, Sequence[str]], rounds: int = 3) -> dict[str, Figure]:
    """Run every contender `rounds` times, one after the other within a round; a failing one raises."""
    best: dict[str, Figure] = {}
    for _ in range(rounds):
        for name, command in contenders.items():
            seconds, megabytes = _run(command)
            old = best.get(name)
            if old is None or seconds < old.seconds:
                best[name] = Figure(name, seconds, max(megabytes, old.megabytes if old else 0.0))
    return best


def table(title: str, figures: dict[str, Figure], reference: str, rows: int) -> str:
    """The printed form: seconds, million rows a second, ratio to the reference, peak megabytes."""
    base = figures[reference].seconds
    lines = [title, f"{'':44}{'s':>9}{'Mrow/s':>9}{'x ref':>8}{'MB':>8}"]
    for figure in figures.values():
        speed = rows / figure.seconds / 1e6
        ratio = figure.seconds / base
        lines.append(f"{figure.name:44}{figure.seconds:9.2f}{speed:9.2f}{ratio:8.2f}{figure.megabytes:8.0f}")
    return "\n".join(lines)


def script(path: str, *arguments: str) -> list[str]:
    """A command line that runs one of our own scripts with this interpreter."""
    return [sys.executable, path, *arguments]


def _run(command: Sequence[str]) -> tuple[float, float]:
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - start
    if os.waitstatus_to_exitcode(status) != 0:
        raise RuntimeError(f"failed: {' '.join(command)}")
    return seconds, usage.ru_maxrss / 1024
