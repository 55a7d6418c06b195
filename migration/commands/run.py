"""`ikou run`: the stages, resumable."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer
from rich.markup import escape

from mappings.errors import shown_path
from migration.commands.terminal import AreaOption, JsonOption, StageBars, WorkspaceOption, out, print_json
from migration.run import STAGES, Outcome, Plan, newest_run
from migration.run import run as run_journey
from migration.workspace import Workspace, open_workspace

StageHelp = "、".join(STAGES)


def run(
    area: AreaOption = None,
    first: Annotated[str, typer.Option("--from", help=f"この工程からやり直す（{StageHelp}）")] = STAGES[0],
    last: Annotated[str, typer.Option("--to", help="この工程まで")] = STAGES[-1],
    rehearsal: Annotated[
        str, typer.Option("--rehearsal", "-r", help="リハーサル名（省略時は最後のもの、初回は R1）")
    ] = "",
    workspace: WorkspaceOption = None,
    json: JsonOption = False,
) -> None:
    """移行リハーサル: 抽出・変換・検査・投入・照合・帳票。止まったら同じコマンドで続きから。

    例: ikou run --rehearsal R2
    """
    town = open_workspace(workspace)
    name = rehearsal or newest_run(town) or "R1"
    plan = Plan(name, tuple(area or ()), first, last)
    with StageBars() as bars:
        outcome = run_journey(town, plan, datetime.now, bars)
    if json:
        print_json(summary(outcome, town))
    else:
        say(outcome, town)
    if outcome.complete and not outcome.clean:
        raise typer.Exit(1)


SHOWN = 5  # spoilt files named


def summary(outcome: Outcome, town: Workspace) -> dict[str, object]:
    return {
        "run": outcome.name,
        "findings": outcome.findings,
        "errors": outcome.errors,
        "differences": outcome.differences,
        "ledger_closes": outcome.closes,
        "seconds": round(outcome.seconds, 1),
        "peak_megabytes": outcome.megabytes,
        "spoilt_files": [str(path.relative_to(town.root)) for path in outcome.spoilt],
        "reports": str(town.root / "reports" / outcome.name / "index.html"),
    }


def say(outcome: Outcome, town: Workspace) -> None:
    """The end of a run in plain words: what came out, where it lies, what to do next."""
    out.print(f"リハーサル {escape(outcome.name)}: {outcome.seconds:,.0f}秒、最大メモリ {outcome.megabytes:,} MB")
    if outcome.spoilt:
        names = "、".join(shown_path(path) for path in outcome.spoilt[:SHOWN])
        more = f" ほか{len(outcome.spoilt) - SHOWN:,}個" if len(outcome.spoilt) > SHOWN else ""
        out.print(f"[yellow]注意[/]: 消えたか書き換わっていたファイルは使わず、作り直します: {escape(names + more)}")
    if not outcome.complete:
        out.print("途中の工程までで止めました。続きは `ikou run`")
        return
    closes = "閉じています" if outcome.closes else "[bold red]閉じていません[/]"
    out.print(f"件数の式: {closes}、説明できない差異 {outcome.differences:,}件")
    out.print(f"指摘 {outcome.findings:,}件（うち未解決のエラー {outcome.errors:,}件）")
    out.print(f"帳票: {escape(shown_path(town.root / 'reports' / outcome.name / 'index.html'))}")
    out.print("次にすること: `ikou status`、`ikou review export`（原課への確認票）、`ikou gate`（移行判定）")
