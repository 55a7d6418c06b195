"""`ikou explain`: a loaded cell back to its bytes, or a source record forward."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Column, Table

from migration import audit
from migration.commands.terminal import JsonOption, RunOption, WorkspaceOption, out, print_json
from migration.explaining import Cell, Explainer, Explanation, Forward, Origin
from migration.progress import Silent
from migration.run import Plan, newest_run, prepare
from migration.workspace import open_workspace

ROLES = {"source": "元の記録", "merged": "統合された記録", "lookup": "参照した記録"}


def explain(
    area: Annotated[str, typer.Argument(help="業務（例 jumin）")],
    table: Annotated[str, typer.Argument(help="表（標準のグループ。--source のときは現行の表）")],
    key: Annotated[str, typer.Argument(help="キー（複数のときは「|」でつなぐ）。--source のときは #記録番号 でもよい")],
    item: Annotated[str, typer.Argument(help="項目（省略時はすべて）")] = "",
    source: Annotated[bool, typer.Option("--source", "-s", help="現行の記録から、どこへ行ったかをたどる")] = False,
    rehearsal: RunOption = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """投入した値がどのファイルのどの記録から、どの規則で来たか。--source なら、現行の記録がどこへ行ったか。

    例: ikou explain jumin jumin '0000000019|1' 生年月日
    """
    town = open_workspace(workspace)
    explainer = Explainer(prepare(town, Plan(rehearsal or newest_run(town)), Silent()))
    found = explainer.record(area, table, key) if source else explainer.cell(area, table, key, item)
    audit.note(town.root, "explain", {"run": explainer.journey.name, "table": f"{area}/{table}"}, datetime.now())
    if json:
        print_json(asdict(found))
    elif isinstance(found, Explanation):
        _say_cell(found)
    else:
        _say_forward(found)


def _say_cell(found: Explanation) -> None:
    out.print(f"[bold]{escape(found.area)}/{escape(found.table)}[/]　キー {escape(found.key)}")
    if found.loaded:
        out.print(f"[red]この行は投入していません[/]: {escape(found.loaded)}")
    one = found.cells[0] if len(found.cells) == 1 else None
    if one is None:
        out.print(_cells(found.cells), soft_wrap=False)
    else:
        _say_one(one)
    for origin in found.origins:
        _say_origin(origin, one.sources if one else tuple(origin.fields) if origin.role == "source" else ())
    _say_findings(found.findings)


def _cells(cells: tuple[Cell, ...]) -> Table:
    table = _table("項目", "投入する値", "現行の項目", "変換", "変換前")
    for cell in cells:
        before = "、".join(str(change["before"]) for change in cell.changes)
        parts = (cell.item, cell.value or "（空）", "、".join(cell.sources) or "－", cell.rule or "そのまま", before)
        table.add_row(*(escape(part) for part in parts))
    return table


def _say_one(cell: Cell) -> None:
    lines = [
        ("項目", cell.item),
        ("投入する値", cell.value or "（空）"),
        ("現行の項目", "、".join(cell.sources) or "－"),
    ]
    lines += [("変換", cell.rule or "そのまま"), ("対応表の場所", cell.map_line)]
    lines += [("コード変換表", cell.codes)] if cell.codes else []
    for change in cell.changes:
        told = (change["before"] or "（空）", change["after"] or "（空）", change["rule"])
        lines.append(("変わり方", "{} → {}（{}）".format(*told)))
    for title, text in lines:
        out.print(f"  {title}: {escape(text)}")


def _say_forward(found: Forward) -> None:
    _say_origin(found.origin, tuple(found.origin.fields))
    table = _table("業務/表", "どうなったか", "キー", "理由")
    for fate in found.fates:
        table.add_row(f"{fate.area}/{fate.table}", fate.fate, escape(fate.key), escape(fate.reason))
    out.print(table, soft_wrap=False)
    _say_findings(found.findings)


def _say_origin(origin: Origin, names: tuple[str, ...]) -> None:
    """Where the record lies, and the fields named (`alias.column` for those of looked-up records)."""
    place = f"{origin.file} の {origin.record:,}件目（{origin.byte_start:,}バイト目から {origin.byte_length:,}バイト）"
    out.print(f"{ROLES[origin.role]}: {escape(place)}")
    for one in origin.unreadable:
        out.print(f"  [red]読めないところ[/] {escape(one['column'] or '記録全体')}: {escape(one['reason'])}")
    wanted = {name.rpartition(".")[2] for name in names if ("." in name) == (origin.role == "lookup")}
    shown = {name: value for name, value in origin.fields.items() if name in wanted}
    if shown:
        table = _table("現行の項目", "値")
        for name, value in shown.items():
            table.add_row(escape(name), escape(value or "（空）"))
        out.print(table, soft_wrap=False)


def _table(*titles: str) -> Table:
    return Table(*(Column(title, overflow="fold") for title in titles))


def _say_findings(findings: object) -> None:
    rows = list(findings) if isinstance(findings, tuple) else []
    out.print(f"指摘 {len(rows)}件")
    for row in rows:
        answer = f" → 回答: {row['answer']}（{row['who']}）" if row["answer"] else ""
        out.print(
            f"  {row['severity']} {row['rule']} {escape(row['item'] or '')}: {escape(row['message'])}{escape(answer)}"
        )
