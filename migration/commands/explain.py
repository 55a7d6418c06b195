"""`ikou explain`: a loaded cell back to its bytes, or a source record forward."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from migration import audit
from migration.commands.terminal import JsonOption, RunOption, WorkspaceOption, out, print_json
from migration.explaining import Explainer, Explanation, Fate, Origin
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
        _say_fate(found)


def _say_cell(found: Explanation) -> None:
    out.print(f"[bold]{escape(found.area)}/{escape(found.table)}[/]　キー {escape(found.key)}")
    table = Table("項目", "投入する値", "現行の項目", "変換", "対応表の場所", "変換前")
    for cell in found.cells:
        before = "、".join(str(change["before"]) for change in cell.changes)
        parts = (
            cell.item,
            cell.value or "（空）",
            "、".join(cell.sources) or "－",
            cell.rule or "そのまま",
            cell.map_line,
            before,
        )
        table.add_row(*(escape(part) for part in parts))
    out.print(table, soft_wrap=False)
    for origin in found.origins:
        _say_origin(origin, full=len(found.cells) > 1)
    _say_findings(found.findings)


def _say_fate(found: Fate) -> None:
    _say_origin(found.origin, full=True)
    table = Table("業務/表", "キー", "どのように")
    for row in found.rows:
        table.add_row(f"{row['area']}/{row['table']}", escape(row["key"]), ROLES[row["how"]])
    out.print(
        table
        if found.rows
        else "この記録からできた行はありません（除外・却下の理由は件数照合表と指摘を見てください）。"
    )
    _say_findings(found.findings)


def _say_origin(origin: Origin, full: bool) -> None:
    place = f"{origin.file} の {origin.record:,}件目（{origin.byte_start:,}バイト目から {origin.byte_length:,}バイト）"
    out.print(f"{ROLES[origin.role]}: {escape(place)}")
    if full and origin.role == "source":
        table = Table("現行の項目", "値")
        for name, value in origin.fields.items():
            table.add_row(escape(name), escape(value or "（空）"))
        out.print(table, soft_wrap=False)


def _say_findings(findings: object) -> None:
    rows = list(findings) if isinstance(findings, tuple) else []
    out.print(f"指摘 {len(rows)}件")
    for row in rows:
        answer = f" → 回答: {row['answer']}（{row['who']}）" if row["answer"] else ""
        out.print(
            f"  {row['severity']} {row['rule']} {escape(row['item'] or '')}: {escape(row['message'])}{escape(answer)}"
        )
