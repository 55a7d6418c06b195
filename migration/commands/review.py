"""`ikou review`: packs out to departments, answers back in."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import polars as pl
import typer
from rich.markup import escape
from rich.table import Table

from mappings.errors import shown_path
from migration import audit
from migration.commands.menu import Commands
from migration.commands.terminal import JsonOption, RunOption, WorkspaceOption, out, print_json
from migration.judging import coordinator, criteria, read_results, with_departments
from migration.progress import Silent
from migration.review import Imported, export_pack, import_pack
from migration.review_book import asked_of, current_hashes, review_book
from migration.run import Plan, newest_run, prepare
from migration.workspace import load_areas, open_workspace
from reports.pack import make_packs

app = Commands()


@app.command("export")
def export(
    folder: Annotated[
        Path | None, typer.Option("--to", help="書き出すフォルダ（省略時は reports/リハーサル名/確認票）")
    ] = None,
    rehearsal: RunOption = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """課ごとの確認票（Excel）を書き出す。まだ回答のない指摘だけが載る。

    例: ikou review export
    """
    town = open_workspace(workspace)
    journey = prepare(town, Plan(rehearsal or newest_run(town)), Silent())
    results = read_results(town, journey.name)
    packs = make_packs(review_book(journey, results), asked_of(journey, results))
    target = folder or journey.reports / "確認票"
    paths = [export_pack(town.root, target, pack) for pack in packs]
    audit.note(town.root, "review export", {"run": journey.name, "packs": [pack.id for pack in packs]}, datetime.now())
    if json:
        print_json(
            {"run": journey.name, "packs": [{"id": p.id, "file": str(f)} for p, f in zip(packs, paths, strict=True)]}
        )
        return
    if not packs:
        out.print("お尋ねするものはもうありません。`ikou gate` で移行判定を見てください。")
    for pack, path in zip(packs, paths, strict=True):
        questions = sum(len(sheet.questions) for sheet in pack.sheets)
        out.print(f"{escape(pack.department)}: {questions:,}行  {escape(shown_path(path))}")


@app.command("import")
def import_(
    file: Annotated[Path, typer.Argument(help="記入されて返ってきた確認票（Excel）")],
    rehearsal: RunOption = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """記入された確認票を取り込む。取り込めない回答は理由をつけて残す（失わない）。

    例: ikou review import 確認票_住民環境課_R1.xlsx
    """
    town = open_workspace(workspace)
    journey = prepare(town, Plan(rehearsal or newest_run(town)), Silent())
    results = read_results(town, journey.name)
    current = current_hashes(journey, results)
    made = import_pack(town.root, file, current, results.decisions, datetime.now())
    audit.note(town.root, "review import", {"pack": made.pack, "taken": made.taken}, datetime.now())
    if json:
        print_json(asdict(made))
    else:
        _say(made)
    if made.refused:
        raise typer.Exit(2)


@app.command("status")
def status(rehearsal: RunOption = "", workspace: WorkspaceOption = None, json: JsonOption = False) -> None:
    """課ごとの回答の進み具合。

    例: ikou review status
    """
    town = open_workspace(workspace)
    results = read_results(town, rehearsal or newest_run(town))
    found = with_departments(results.findings, load_areas(town), coordinator(criteria(town)))
    asked = found.filter(pl.col("severity") != "I")
    counted = asked.group_by("department").agg(
        pl.len().alias("asked"), pl.col("answer").count().alias("answered"), pl.col("settled").sum().alias("settled")
    )
    rows = counted.sort("department")
    if json:
        print_json({"run": results.name, "departments": rows.to_dicts()})
        return
    table = Table("課", "お尋ね", "回答済み", "解決済み")
    for row in rows.iter_rows():
        table.add_row(escape(row[0] or "（未定）"), *(f"{number:,}" for number in row[1:]))
    out.print(table if rows.height else "お尋ねするものはありません。", soft_wrap=False)


def _say(made: Imported) -> None:
    out.print(
        f"{escape(made.department)}: 取り込み {made.taken:,}件、前と同じ {made.unchanged:,}件、"
        f"取り込めないもの {len(made.refused):,}件"
    )
    for row in made.refused[:20]:
        out.print(
            f"  [red]×[/] {escape(row.sheet)} {row.row}行目 {escape(row.question)}"
            f"「{escape(row.answer)}」: {escape(row.why)}"
        )
    if len(made.refused) > 20:
        out.print(f"  ほか {len(made.refused) - 20:,}件")
    if made.refused:
        out.print(f"取り込めない回答は {escape(made.kept_in)} に残しました。直して、もう一度取り込んでください。")
