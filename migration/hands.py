"""The units of a stage done by two processes at once, where SQL or Python would keep one core busy and one idle.

Threads would not do: two SQLite libraries must never have one file open in the same process (migration.read_back).
What a unit makes does not depend on who does it, nor on which unit ends first.
"""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from typing import ClassVar, Protocol

from migration.journey import Units
from migration.progress import Progress
from migration.stages import Done, Made, is_done, perform

HANDS = 2
_PATIENCE = 1.0  # seconds; once Polars is loaded, Ctrl-C ends no wait that has no limit
MANY_ROWS = 150_000  # with fewer, starting processes would take longer than they save


class Work(Protocol):
    """What `stage` does to each unit of the one before. It travels to other processes: data only, nothing open."""

    stage: ClassVar[str]

    @property
    def stages(self) -> Path:
        """Where the stages' files stand."""

    def identity(self, unit: Done) -> str:
        """What decides the outcome, as `perform` asks for it."""

    def make(self, unit: Done, out: Path) -> Made:
        """The unit's files, below `out`."""


def do_all(work: Work, units: Sequence[Done], progress: Progress) -> Units:
    """Each unit's outcome by (area, name), in the order of `units`. An error of any ends them all, as it was raised."""
    waiting = [
        unit for unit in units if not is_done(work.stages, work.stage, unit.area, unit.name, work.identity(unit))
    ]
    if len(waiting) > 1 and sum(_rows(unit) for unit in waiting) >= MANY_ROWS and (os.cpu_count() or 1) > 1:
        made = _apart(work, waiting, progress)
    else:
        made = {}
    for unit in units:
        if (unit.area, unit.name) not in made:
            progress.unit(f"{unit.area}/{unit.name}")
            made[unit.area, unit.name] = _done(work, unit)
    return {(unit.area, unit.name): made[unit.area, unit.name] for unit in units}


def peak_megabytes() -> int:
    """The most memory this process and its helpers held together (helpers: as seen five times a second)."""
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return max([own, *_together])


def _apart(work: Work, units: Sequence[Done], progress: Progress) -> Units:
    """The largest unit first, so that none is left alone at the end."""
    made: Units = {}
    with _pool(work) as pool:
        waiting = {pool.submit(_do, unit) for unit in sorted(units, key=_rows, reverse=True)}
        while waiting:
            ended, waiting = wait(waiting, _PATIENCE, FIRST_COMPLETED)
            for done in (future.result() for future in ended):
                progress.unit(f"{done.area}/{done.name}")
                made[done.area, done.name] = done
    return made


@contextmanager
def _pool(work: Work) -> Iterator[ProcessPoolExecutor]:
    """Fresh processes (a fork would copy the locks of other threads); an error stops them at once."""
    fresh = multiprocessing.get_context("spawn")
    before = set(multiprocessing.active_children())
    pool = ProcessPoolExecutor(HANDS, fresh, _begin, (work,))
    ended = threading.Event()
    threading.Thread(target=_watch_memory, args=(ended,), daemon=True).start()
    try:
        yield pool
    except BaseException:
        for process in set(multiprocessing.active_children()) - before:
            process.kill()
        raise
    finally:
        ended.set()
        pool.shutdown(cancel_futures=True)


_together: list[int] = []  # megabytes


def _watch_memory(ended: threading.Event) -> None:
    """Where the system tells it (/proc)."""
    while not ended.wait(0.2):
        processes = [os.getpid(), *(child.pid for child in multiprocessing.active_children())]
        with suppress(OSError):  # one has ended meanwhile
            pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in processes)
            _together[:] = [max([pages * os.sysconf("SC_PAGE_SIZE") >> 20, *_together])]


_works: list[Work] = []


def _begin(work: Work) -> None:
    """In the new process. Ctrl-C is for the one who waits; when that one dies, so do we."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    _works.append(work)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)


def _do(unit: Done) -> Done:
    return _done(_works[-1], unit)


def _done(work: Work, unit: Done) -> Done:
    make = partial(work.make, unit)
    return perform(work.stages, work.stage, unit.area, unit.name, work.identity(unit), make)


def _rows(unit: Done) -> int:
    return int(unit.facts["rows"])
