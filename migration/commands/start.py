"""`ikou init` and `ikou sample`: a workspace, and a synthetic delivery."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from mappings.errors import InputError, shown_path
from migration.commands.terminal import StageBars, out
from migration.setting_up import draft_settings, require_empty
from migration.stages import write_whole
from sample_data import make_town
from sample_data.formats import VENDOR

FolderArgument = Annotated[Path, typer.Argument(help="作るフォルダ（まだ無いか、空であること）")]
ResidentsOption = Annotated[int, typer.Option("--residents", "-n", min=20, max=2_000_000, help="住民の数")]
SeedOption = Annotated[int, typer.Option("--seed", min=0, help="種。同じ種なら同じ町になる")]
FaultsOption = Annotated[
    str, typer.Option("--faults", help="仕込む誤り: all（すべて）、none（なし）、または誤りの一覧 CSV")
]
VendorOption = Annotated[str, typer.Option("--vendor", help="現行ベンダの書式（他社の書式は --faults none と使う）")]


def init(
    folder: FolderArgument,
    municipality: Annotated[str, typer.Option("--municipality", help="全国地方公共団体コード（6桁）")],
    name: Annotated[str, typer.Option("--name", help="団体名（帳票に出る）")] = "",
) -> None:
    """作業領域を作る: 説明つきの ikou.toml と、必要なフォルダ。

    例: ikou init 移行 --municipality 123456 --name 見本町
    """
    if not (len(municipality) == 6 and municipality.isascii() and municipality.isdigit()):
        raise InputError(f"--municipality「{municipality}」は全国地方公共団体コード（数字6桁）ではありません。")
    require_empty(folder)
    for part in ("mappings", "decisions", "delivery"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    write_whole(folder / "ikou.toml", draft_settings(municipality, name or municipality).encode())
    out.print(f"作業領域を作りました: {escape(shown_path(folder))}")
    out.print(
        "次にすること: ikou.toml の \\[areas] を町の業務に合わせ、"
        "delivery/ に受渡データを置いて、`ikou receive delivery`"
    )


def sample(
    folder: FolderArgument,
    residents: ResidentsOption = 31_000,
    seed: SeedOption = 1,
    faults: FaultsOption = "all",
    vendor: VendorOption = VENDOR,
) -> None:
    """架空の町の受渡データを作る（実在の人のデータは使わない）。仕込んだ誤りは truth/faults.csv にすべて書く。

    例: ikou sample 見本 --residents 3000 --faults none --vendor tasys
    """
    require_empty(folder)
    with StageBars() as bars:
        make_town(folder, residents, seed, faults, bars, vendor)
    out.print(f"受渡データ: {escape(shown_path(folder / 'delivery'))}")
    out.print(f"仕込んだ誤り: {escape(shown_path(folder / 'truth' / 'faults.csv'))}")
