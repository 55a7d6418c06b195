"""migration/moji/data: MJ characters, their shrink candidates, Adobe-Japan1 sequences and the map of the tax agency.

From npm @mandel59/mojidata and PyPI jntajis-python. `python -m builders.characters [FOLDER of downloads]`
"""

from __future__ import annotations

import re
import sqlite3
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path

import polars as pl

from builders.packages import fetched

TARGET = Path(__file__).parents[1] / "migration/moji/data"
TABLES = (
    "JIS包摂規準UCS統合規則",
    "法務省告示582号別表第四_一",
    "戸籍統一文字情報_親字正字",
    "民二5202号通知別表_正字俗字等対照表",
    "民一2842号通達別表_誤字俗字正字一覧表_無印",
    "民一2842号通達別表_誤字俗字正字一覧表_俗字",
    "民一2842号通達別表_誤字俗字正字一覧表_別字",
    "法務省告示582号別表第四_二",
    "辞書類等による関連字",
    "読み字形による類推",
)
_MJ = """select MJ文字図形名, 対応するUCS, 実装したUCS, 実装したMoji_JohoコレクションIVS, 実装したSVS, 戸籍統一文字番号,
 住基ネット統一文字コード, 登記統一文字番号, X0213, X0213_包摂区分, 総画数, 漢字施策, 備考 from mji"""
_MJ_COLUMNS = {
    "mj": pl.String,
    **dict.fromkeys(("ucs", "implemented", "ivs", "svs", "koseki", "juki", "touki", "x0213"), pl.String),
    "unified": pl.Int8,  # JIS X 0213 包摂区分: 0 the very glyph, 2 unified with it
    "strokes": pl.Int8,
    "policy": pl.String,
    "note": pl.String,
}


def main(folder: Path) -> None:
    """Write the four tables."""
    TARGET.mkdir(parents=True, exist_ok=True)
    (package,) = fetched("@mandel59/mojidata (npm)", folder)
    (wheel,) = fetched("jntajis-python", folder)
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(package) as archive:
            archive.extract("package/dist/moji.db", scratch, filter="data")
        connection = sqlite3.connect(f"{scratch}/package/dist/moji.db")
        characters = _characters(connection)
        _write("mj", characters)
        _write("shrink", _shrink(connection))
        _write("aj1", _adobe(connection, characters))
        with zipfile.ZipFile(wheel) as archive:
            archive.extractall(f"{scratch}/nta")
        sys.path.insert(0, f"{scratch}/nta")
        _write("nta", _tax_agency())


def _write(name: str, frame: pl.DataFrame) -> None:
    path = TARGET / f"{name}.parquet"
    frame.write_parquet(path, compression="zstd", compression_level=19, row_group_size=1 << 20)
    print(f"{path.name}: {frame.height:,} rows, {path.stat().st_size:,} bytes")


def _characters(connection: sqlite3.Connection) -> pl.DataFrame:
    """One row per MJ character. `others`: further sequences of the character; `readings` joined by ・."""
    frame = pl.DataFrame(connection.execute(_MJ).fetchall(), schema=_MJ_COLUMNS, orient="row")
    others = pl.DataFrame(
        connection.execute("select * from mji_duplicated_ivs").fetchall(), schema=["mj", "others"], orient="row"
    )
    readings = pl.DataFrame(
        connection.execute("select * from mji_reading").fetchall(), schema=["mj", "readings"], orient="row"
    )
    joined = readings.group_by("mj").agg(pl.col("readings").unique(maintain_order=True).str.join("・"))
    frame = frame.join(others, on="mj", how="left").join(joined, on="mj", how="left")
    follow = [_named(mj, note or "") for mj, note in frame.select("mj", "note").rows()]
    return frame.with_columns(pl.Series("related", follow, dtype=pl.String)).sort("mj")


def _named(mj: str, note: str) -> str:
    """The other MJ characters that 備考 names, the one it recommends first."""
    found = [code for code in dict.fromkeys(re.findall("MJ[0-9]{6}", note)) if code != mj]
    advised = re.search("(MJ[0-9]{6})[^。]*変更することが強く推奨", note)
    if advised:
        found.sort(key=lambda code: code != advised[1])
    return " ".join(found)


def _shrink(connection: sqlite3.Connection) -> pl.DataFrame:
    """mj, target, table (its place in TABLES), order (順位 or ホップ数 within the table)."""
    rows = connection.execute("select MJ文字図形名, 縮退UCS, 表, coalesce(順位, ホップ数, 1) from mjsm").fetchall()
    frame = pl.DataFrame(rows, schema=["mj", "target", "table", "order"], orient="row")
    place = pl.col("table").replace_strict({name: number for number, name in enumerate(TABLES)}, return_dtype=pl.Int8)
    return frame.with_columns(place, pl.col("order").cast(pl.Int8)).sort("mj", "table", "order", "target")


def _adobe(connection: sqlite3.Connection, characters: pl.DataFrame) -> pl.DataFrame:
    """Adobe-Japan1 sequence → MJ, only where the glyph follows from the registers.

    A CID that the JIS2004 map shows for a character is its glyph in JIS X 0213:2004, which is the MJ character of
    包摂区分 0 when there is one; a CID of the JIS90 map, or of both, is the glyph that 汎用電子 names by the JIS cell.
    """
    rows = characters.select("mj", "ucs", "unified").rows()
    of_base: dict[str, list[tuple[str, int | None]]] = defaultdict(list)
    for mj, base, unified in rows:
        of_base[base].append((mj, unified))
    by_sequence = dict(connection.execute("select IVS, code from ivs_Moji_Joho"))
    cells = _cell_sequences(connection.execute('select IVS, code from "ivs_Hanyo-Denshi"'))
    shown: dict[tuple[int, str], tuple[bool, bool]] = {}
    query = "select CID, UCS, UniJIS or UniJISX0213, UniJIS2004 or UniJISX02132004 from aj1 where not vertical"
    for cid, base, old, new in connection.execute(query):
        before = shown.get((cid, base), (False, False))
        shown[cid, base] = (before[0] or bool(old), before[1] or bool(new))
    found = []
    for sequence, cid in connection.execute('select IVS, CID from "ivs_Adobe-Japan1" order by IVS'):
        old, new = shown.get((cid, sequence[0]), (False, False))
        mj = _glyph(of_base.get(sequence[0], []), cells.get(sequence[0], []), by_sequence, (old, new))
        if mj:
            found.append((sequence, mj))
    return pl.DataFrame(found, schema=["sequence", "mj"], orient="row")


def _glyph(
    of_base: list[tuple[str, int | None]], cells: list[str], by_sequence: dict[str, str], shown: tuple[bool, bool]
) -> str:
    old, new = shown
    if not (old or new):
        return ""
    if len(of_base) == 1:
        return of_base[0][0]
    exact = [mj for mj, unified in of_base if unified == 0]
    if new and len(exact) == 1:
        return exact[0]
    return by_sequence.get(cells[0], "") if old and len(cells) == 1 else ""


def _cell_sequences(rows: Iterable[tuple[str, str]]) -> dict[str, list[str]]:
    """Base → its sequences named by a cell of JIS X 0208 or 0213 (JA3652, JC1476, JD…)."""
    found: dict[str, list[str]] = defaultdict(list)
    for sequence, code in rows:
        if code[:2] in ("JA", "JC", "JD"):
            found[sequence[0]].append(sequence)
    return found


def _tax_agency() -> pl.DataFrame:
    """Character of JIS X 0213 → its text in JIS X 0208, where 国税庁 shrinks it."""
    from jntajis import TransliterationError, jnta_shrink_translit  # type: ignore[import-not-found]

    found = []
    for code in (*range(0x80, 0xD800), *range(0xE000, 0x10000), *range(0x20000, 0x2FA20)):
        sign = chr(code)
        try:
            text = jnta_shrink_translit(sign, replacement="\0")
        except TransliterationError:
            continue
        if text not in ("", sign) and "\0" not in text:
            found.append((sign, text))
    return pl.DataFrame(found, schema=["character", "target"], orient="row")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path("downloads"))
