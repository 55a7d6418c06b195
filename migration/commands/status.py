"""`ikou status`: the board."""

from __future__ import annotations

from rich.markup import escape
from rich.table import Table

from migration.board import BOARD_STAGES, DONE, OPEN, PART, Board, as_json, board
from migration.commands.terminal import JsonOption, WorkspaceOption, out, print_json
from migration.steps import TITLES
from migration.workspace import load_areas, open_workspace

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
    out.print(_table(found))
    out.print("[bold]次にやること[/]")
    for number, line in enumerate(found.todo, start=1):
        out.print(f"  {number}. {escape(line)}")


def _table(found: Board) -> Table:
    titles = [TITLES[stage] for stage in BOARD_STAGES]
    table = Table("業務", "担当課", "役割", *titles, "エラー", "未回答の疑義")
    for row in found.rows:
        if not row.stages:
            table.add_row(f"[dim]{escape(row.title)}[/]", "", f"[dim]{row.role}（{escape(row.reason)}）[/]")
            continue
        numbers = [
            f"[red]{row.errors:,}[/]" if row.errors else "0",
            f"[yellow]{row.doubts:,}[/]" if row.doubts else "0",
        ]
        marks = [COLOURS[row.stages[title]] for title in titles]
        table.add_row(escape(row.title), escape(row.department), row.role, *marks, *numbers)
    return table
