"""A new workspace: its first ikou.toml, with every setting explained where it stands."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from mappings import loading
from mappings.area import Area
from mappings.errors import InputError, shown_path

_HEAD = """\
# ikou の設定。「#」で始まる行は説明。値を直したら、もう一度 ikou run を実行してください。

[municipality]
code = "{code}"        # 全国地方公共団体コード（6桁）
name = "{name}"        # 帳票に出る団体名

[delivery]
path = "delivery"      # 現行システムから受け取ったデータのフォルダ（manifest.csv のあるところ）

[run]
{as_of}
include_secret = false # 個人番号を移すときだけ true。ふだんは読みもしません

[database]
# 何も書かなければ、実行ごとに SQLite のファイル（runs/名前/town.sqlite）に投入します。
# PostgreSQL に投入するとき（パスワードは環境変数に置く）:
# url = "postgresql://ikou:${{IKOU_DB_PASSWORD}}@localhost/ikou"

[output]
# 標準CSVの書き方。国の詳細仕様が未入手のため、どれも暫定の既定値です。
# encoding = "utf-8"   bom = false   newline = "crlf"   quote = "minimal"   header = "name"

[references]
# 変換が使う町の資料（ikou.toml から見た場所）。町字は、アドレス・ベース・レジストリの町字マスターを置いて指定します。
{towns}

[layouts]
# 国の基本データリストを ikou spec import で取り込んだら、使う版を書きます。例: jumin = "2.1"

# 業務ごとの役割 role: owner 実施主体 / relay 経由 / window 窓口 / none 対象外（reason に理由を書く）
# vendor: 現行システムの書式の名前（mappings/業務/legacy/ の下のフォルダ名）
"""

_FIGURES = """
# 月報や調定表など、原課が持っている数字。合計照合表でこの数字と照合します。
# [[figures]]
# area = "jumin"
# total = "…"          # 合計の名前（rules.toml の [[total]] の id）
# by = ""              # 内訳（なければ空）
# value = "31000"
# source = "住民環境課 月報 2026年9月"
"""


def draft_settings(
    code: str, name: str, as_of: str = "", vendors: Mapping[str, str] | None = None, towns: str = ""
) -> str:
    """The text of a first ikou.toml: every known area, the first vendor known for it (or the one given).

    `towns`: the file of the town's 町字, relative to the workspace; '' leaves the line as a remark.
    """
    areas = loading.load_areas((loading.shipped_folder(),))
    day = (
        f'as_of = "{as_of}"    # 基準日'
        if as_of
        else '# as_of = "2026-10-01" # 基準日。省くと受渡データの日付のうち最も新しい日'
    )
    listed = f'towns = "{towns}"' if towns else f'# towns = "mt_town_city{code}.csv"'
    parts = [_HEAD.format(code=code, name=name, as_of=day, towns=listed)]
    parts += [_area(area, (vendors or {}).get(area.id)) for area in areas.values()]
    return "\n".join(parts) + _FIGURES


def require_empty(folder: Path) -> None:
    """An InputError unless the folder does not exist yet or holds nothing."""
    if folder.is_file():
        raise InputError(f"{shown_path(folder)} はファイルです。フォルダの名前を指定してください。")
    if folder.is_dir() and any(folder.iterdir()):
        raise InputError(
            f"{shown_path(folder)} には既に何か入っています。上書きはしません。"
            "別の名前を指定するか、中を移してください。"
        )


def _area(area: Area, vendor: str | None) -> str:
    known = sorted(area.sources)
    chosen = vendor or (known[0] if known else "")
    return f'[areas.{area.id}]        # {area.title}（{area.department}）\nrole = "owner"\nvendor = "{chosen}"\n'
