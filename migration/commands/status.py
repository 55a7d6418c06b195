"""`ikou status`: the board."""

from __future__ import annotations

from rich import box
from rich.markup import escape
from rich.table import Column, Table

from migration.board import BOARD_STAGES, DONE, OPEN, PART, Board, as_json, board
from migration.commands.terminal import JsonOption, WorkspaceOption, out, print_json
from migration.steps import TITLES
from migration.workspace import load_areas, open_workspace

SHORT = 3  # characters of a stage title on the board
COLOURS = {DONE: "[green]済[/]", PART: "[yellow]途中[/]", OPEN: "[dim]－[/]"}


def status(workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """進み具合の一覧: 業務×工程、妨げているもの、次にやること。

    例: ikou status
    """
    town = open_workspace(workspace)
    found = board(town, load_areas(town))
    if json:
        print_json(as_json(found))
        return
    out.print(f"{escape(town.name)}　リハーサル: {escape(found.run or 'まだありません')}")
    out.print(_table(found), soft_wrap=False)
    for row in found.rows:
        if not row.stages:
            out.print(f"[dim]{row.role}: {escape(row.title)}（{escape(row.reason)}）[/]")
    errors, doubts = found.elsewhere
    if errors or doubts:
        out.print(f"受渡データ全体への指摘: エラー {errors:,}件、疑義 {doubts:,}件")
    out.print("[dim]エラー: 未解決の件数、疑義: 未回答の件数[/]")
    out.print("[bold]次にやること[/]")
    for number, line in enumerate(found.todo, start=1):
        out.print(f"  {number}. {escape(line)}")


def _table(found: Board) -> Table:
    """The board; narrow enough for a terminal of 100 columns."""
    titles = [TITLES[stage] for stage in BOARD_STAGES]
    stages = [Column(title[:SHORT], justify="center") for title in titles]
    counts = [Column(title, justify="right") for title in ("エラー", "疑義")]
    names = [Column(title, overflow="fold") for title in ("業務", "担当課", "役割")]
    table = Table(*names, *stages, *counts, box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for row in found.rows:
        if not row.stages:
            blank = ["[dim]・[/]"] * len(titles)
            table.add_row(f"[dim]{escape(row.title)}[/]", "", f"[dim]{row.role}[/]", *blank, "", "")
            continue
        numbers = [
            f"[red]{row.errors:,}[/]" if row.errors else "0",
            f"[yellow]{row.doubts:,}[/]" if row.doubts else "0",
        ]
        marks = [COLOURS[row.stages[title]] for title in titles]
        table.add_row(escape(row.title), escape(row.department), row.role, *marks, *numbers)
    return table
