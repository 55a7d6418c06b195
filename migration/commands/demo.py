"""`ikou demo`: a synthetic town, and everything ikou does with it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mappings.errors import shown_path
from migration.commands.run import say
from migration.commands.start import FaultsOption, ResidentsOption, SeedOption, VendorOption
from migration.commands.terminal import StageBars, out
from migration.demonstration import Wanted, prepare_town
from migration.run import Plan
from migration.run import run as run_journey
from migration.workspace import open_workspace
from sample_data.formats import VENDOR


def demo(
    folder: Annotated[Path, typer.Argument(help="作るフォルダ。途中で止まった見本があれば続きから")] = Path("demo"),
    residents: ResidentsOption = 31_000,
    seed: SeedOption = 1,
    faults: FaultsOption = "all",
    vendor: VendorOption = VENDOR,
) -> None:
    """架空の町で最初から最後まで: 受渡データを作り、全工程を実行し、帳票を書き、その場所を示す。

    仕込んだ誤りが指摘として出るので、指摘があっても終了コードは 0（見本として成功）。
    例: ikou demo 見本 --residents 3000
    """
    with StageBars() as bars:
        prepare_town(folder, Wanted(residents, seed, faults, vendor), bars)
        town = open_workspace(folder)
        outcome = run_journey(town, Plan("R1"), datetime.now, bars)
    say(outcome, town)
    out.print(f"作業領域: {escape(shown_path(folder))}（中へ移れば ikou status などが使えます）")
