"""`ikou moji`: the gaiji of a run, candidates for one of them, and the decision which character it is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from mappings.errors import InputError, shown_path
from migration import audit
from migration.commands.menu import Commands
from migration.commands.terminal import JsonOption, RunOption, StageBars, WorkspaceOption, out, print_json
from migration.moji.asking import Town, chosen_vendor, described, identified, listed_json, private_character, town_of
from migration.moji.decided import Decided, decide, moji_file
from migration.moji.inventory import Listed
from migration.moji.pictures import font_picture, read_picture
from migration.moji.proposing import Proposal, by_character, by_entry, by_picture, picture_of
from migration.moji.register import OPEN, code_text
from migration.run import newest_run
from migration.workspace import open_workspace

app = Commands()
VendorOption = Annotated[str, typer.Option("--vendor", help="現行システムの書式（2つ以上使うときに選ぶ）")]


@app.command("list")
def list_(
    rehearsal: RunOption = "",
    open_only: Annotated[bool, typer.Option("--open", help="まだ同定していないものだけ")] = False,
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """外字の一覧：どの外字が、何人・何件に使われ、どの文字と同定されているか。

    例: ikou moji list --open
    """
    town = open_workspace(workspace)
    run = rehearsal or newest_run(town)
    if not (town.run_folder(run) / "stages" / "profile").is_dir():
        raise InputError(
            f"リハーサル「{run or '（なし）'}」の調査がまだです。`ikou run --to profile` を実行してください。"
        )
    rows = [row for row in town_of(town).listed(run) if not open_only or row.standing.state == OPEN]
    if json:
        print_json({"run": run, "gaiji": listed_json(rows)})
        return
    if not rows:
        out.print("外字はありません。" if not open_only else "同定していない外字はありません。")
        return
    out.print(_table(rows), soft_wrap=False)
    waiting = [row for row in rows if row.standing.state == OPEN]
    out.print(f"{len(rows):,}字のうち、同定していないもの {len(waiting):,}字。")
    if waiting:
        out.print(f"次にすること: `ikou moji candidates {waiting[0].code}` で候補を見て、`ikou moji decide` で決める。")


@app.command("candidates")
def candidates(
    code: Annotated[str, typer.Argument(help="外字の番号（U+E000）、または漢字1文字")],
    bitmap: Annotated[Path | None, typer.Option("--bitmap", help="字形の画像（BMP・PNG・BDF）")] = None,
    font: Annotated[Path | None, typer.Option("--font", help="外字フォント（EUDC.TTE など）")] = None,
    vendor: VendorOption = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """外字がどの文字か、候補を理由とともに示す。決めるのは人。

    例: ikou moji candidates U+E00C --font EUDC.TTE
    """
    town = town_of(open_workspace(workspace))
    character = private_character(code)
    found = []
    if character:
        owner = chosen_vendor(town, vendor)
        entries = (source.gaiji.entries for source in town.sources.values() if source.vendor == owner)
        entry = next((one for some in entries for one in some if one.character == character), None)
        found += by_entry(entry, town) if entry else []
        ink = font_picture(font, character) if font else picture_of(character, owner, town) if not bitmap else None
    else:
        found += by_character(code, town)
        ink = None
    ink = read_picture(bitmap, character) if bitmap else ink
    if ink is not None:
        with StageBars() as bars:
            found += by_picture(ink, town, _bar(bars))
    _show_candidates(code, town, found, ink is not None, json)


@app.command("decide")
def decide_(
    code: Annotated[str, typer.Argument(help="外字の番号（U+E000）")],
    mj: Annotated[str, typer.Argument(help="MJ文字図形名（MJ025760、GJ000001）か漢字1文字。- は決定の取り消し")],
    name: Annotated[str, typer.Option("--name", help="決めた担当者")],
    reason: Annotated[str, typer.Option("--reason", help="そう決めた理由（何と見比べたか）")],
    vendor: VendorOption = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """外字がどの文字かを決めて記録する。次の変換から、すべての業務に効く。

    例: ikou moji decide U+E00C MJ014354 --name 山田 --reason 戸籍の字形と見比べた
    """
    town = town_of(open_workspace(workspace))
    character = private_character(code)
    if not character:
        raise InputError(f"「{code}」は外字の番号ではありません。U+E000 の形で書いてください。")
    if not name.strip() or not reason.strip():
        raise InputError("担当者（--name）と理由（--reason）を書いてください。決めたことの証拠になります。")
    found, text = ("", "") if mj == "-" else identified(town, mj)
    owner = chosen_vendor(town, vendor)
    if not found and (owner, character) not in town.decided:
        raise InputError(f"{code_text(character)} の決定はありません。取り消すものがありません。")
    made = Decided(owner, code_text(character), found, text, name.strip(), reason.strip())
    now = datetime.now()
    decide(town.workspace.root, made, now)
    audit.note(town.workspace.root, "moji decide", {"vendor": owner, "code": made.code, "mj": made.mj}, now)
    if json:
        print_json({"vendor": owner, "code": made.code, "mj": made.mj, "text": made.text})
        return
    told = f"{made.code} は {made.mj}「{made.text}」と決めました" if found else f"{made.code} の決定を取り消しました"
    out.print(f"{escape(told)}（{escape(shown_path(moji_file(town.workspace.root)))}）。")
    out.print("次にすること: `ikou run` で変換し直す（この外字のある表だけが作り直されます）。")


def _bar(bars: StageBars) -> Callable[[int, int], None]:
    """Told how many glyphs are done while the index of glyphs is made, once per machine."""

    def told(place: int, count: int) -> None:
        if place == 0:
            bars.stage("字形の索引（初回だけ）", count // 1000)
        bars.unit(f"{place:,} / {count:,}")

    return told


def _show_candidates(code: str, town: Town, found: list[Proposal], drawn: bool, json: bool) -> None:
    rows = [described(one.mj, town.added) | {"reason": one.reason, "score": one.score} for one in found]
    if json:
        print_json({"code": code, "candidates": rows})
        return
    if not rows:
        out.print(f"{escape(code)} の候補はありません。")
    else:
        table = Table("MJ文字図形名", "文字", "符号", "画数", "読み", "理由", "似かた")
        for row in rows:
            points = " ".join(map(str, row["code_points"]))  # type: ignore[call-overload]
            score = f"{row['score']:.2f}" if row["score"] else ""
            cells = (row["mj"], row["text"], points, row.get("strokes", ""), row.get("readings", ""), row["reason"])
            table.add_row(*(escape(str(cell)[:24]) for cell in cells), score)
        out.print(table, soft_wrap=False)
    if not drawn:
        out.print("字形の画像（--bitmap）か外字フォント（--font）を渡すと、似た字形の候補も出ます。")


def _table(rows: list[Listed]) -> Table:
    table = Table("外字", "同定", "状態", "人", "件", "業務", "使われている項目")
    for row in rows:
        places = list(dict.fromkeys(f"{place.area}/{place.table}.{place.column}" for place in row.places))
        more = f" ほか{len(places) - 3}" if len(places) > 3 else ""
        table.add_row(
            row.code,
            escape(f"{row.standing.mj} {row.standing.text}".strip()) or "－",
            row.standing.state,
            "不明" if row.persons is None else f"{row.persons:,}",
            f"{row.records:,}",
            escape("、".join(row.areas)),
            escape("、".join(places[:3]) + more),
        )
    return table
