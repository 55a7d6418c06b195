"""What all commands share of the terminal: consoles, options, progress bars, JSON."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from types import TracebackType
from typing import Annotated, Any, Self

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bars

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

WorkspaceOption = Annotated[
    Path | None, typer.Option("--workspace", "-w", help="作業領域のフォルダ（省略時は今いるフォルダから上へ探す）")
]
JsonOption = Annotated[bool, typer.Option("--json", help="結果を JSON で標準出力に書く")]
AreaOption = Annotated[list[str] | None, typer.Option("--area", "-a", help="業務を限る（例 jumin）。何度でも")]
RunOption = Annotated[str, typer.Option("--rehearsal", "-r", help="リハーサル名（省略時は最後のもの）")]


def print_json(data: Any) -> None:
    """One JSON document on standard output."""
    sys.stdout.write(json.dumps(data, ensure_ascii=False, indent=2, default=str) + "\n")


class StageBars:
    """A bar per stage on standard error; nothing at all when it is not a terminal."""

    def __init__(self) -> None:
        self._bars = Bars(
            TextColumn("{task.description:<10}"),
            BarColumn(bar_width=30),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[unit]}"),
            console=err,
            disable=not err.is_terminal,
        )
        self._task: Any = None

    def __enter__(self) -> Self:
        self._bars.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._bars.stop()

    def stage(self, title: str, units: int) -> None:
        self.done()
        self._task = self._bars.add_task(title, total=units, unit="", completed=-1)

    def unit(self, name: str) -> None:
        if self._task is not None:
            self._bars.update(self._task, advance=1, unit=name)

    def done(self) -> None:
        if self._task is not None:
            total = self._bars.tasks[self._task].total
            self._bars.update(self._task, completed=total, unit="")
            self._bars.stop_task(self._task)
            self._task = None
