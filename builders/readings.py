"""migration/transforms/data/: readings of kanji and the base characters of variants, one table for each licence.

readings_mji (mojidata: MJ文字情報一覧表), readings_unihan (mojidata: Unihan kJapanese), readings_names (名乗り learned
from japanese-personal-name-dataset, see `builders.name_readings`), bases (mojidata: MJ縮退マップ), surnames.
`python -m builders.readings [FOLDER of downloads]`
"""

from __future__ import annotations

import sqlite3
import sys
import tarfile
import tempfile
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import polars as pl

from builders.name_readings import Named, learned, named
from builders.packages import fetched
from migration.transforms.readings import Readings, folded, katakana

TARGET = Path(__file__).parents[1] / "migration/transforms/data"
SHRINK = (
    "JIS包摂規準UCS統合規則",
    "法務省告示582号別表第四_一",
    "戸籍統一文字情報_親字正字",
    "民二5202号通知別表_正字俗字等対照表",
    "民一2842号通達別表_誤字俗字正字一覧表_無印",
    "民一2842号通達別表_誤字俗字正字一覧表_俗字",
)
_STEMS = dict(zip("ウクスツヌフムユルグズブ", "イキシチニヒミイリギジビ", strict=True))


def main(folder: Path) -> None:
    with _mojidata(folder) as database:
        bases = _bases(database)
        mji, unihan = _mji(database, bases), _unihan(database, bases)
    uji, na = named(folder)
    names = learned(uji, na, Readings(merged(mji, unihan), bases))
    _write("bases", {sign: {base} for sign, base in bases.items()}, "character", "base")
    for name, table in (("mji", mji), ("unihan", unihan), ("names", names)):
        _write(f"readings_{name}", table, "text", "readings")
    _write("surnames", _surnames(uji), "text", "readings")


def merged(*tables: Mapping[str, Iterable[str]]) -> dict[str, set[str]]:
    together: dict[str, set[str]] = {}
    for table in tables:
        for unit, found in table.items():
            together.setdefault(unit, set()).update(found)
    return together


def known(folder: Path) -> tuple[dict[str, set[str]], dict[str, str]]:
    """The readings of the character dictionaries alone, and the bases."""
    with _mojidata(folder) as database:
        bases = _bases(database)
        return merged(_mji(database, bases), _unihan(database, bases)), bases


@contextmanager
def _mojidata(folder: Path) -> Iterator[sqlite3.Connection]:
    (package,) = fetched("@mandel59/mojidata (npm)", folder)
    with tempfile.TemporaryDirectory() as scratch, tarfile.open(package) as archive:
        archive.extract("package/dist/moji.db", scratch, filter="data")
        database = sqlite3.connect(f"file:{scratch}/package/dist/moji.db?mode=ro", uri=True)
        try:
            yield database
        finally:
            database.close()


def _bases(database: sqlite3.Connection) -> dict[str, str]:
    """Variant → base, through the tables of the shrink map in order; where two name each other, the lower JIS code."""
    step: dict[str, str] = {}
    for table in SHRINK:
        query = f'select "対応するUCS", "縮退UCS" from "mjsm_{table}" join mji using ("MJ文字図形名") order by 1, 2'
        for sign, base in database.execute(query):
            if sign and base and sign != base and len(sign) == len(base) == 1:
                step.setdefault(sign, base)
    places = database.execute('select "対応するUCS", min("X0213") from mji where "X0213" is not null group by 1')
    codes = {sign: tuple(int(part) for part in code.split("-")) for sign, code in places if sign}
    found = {sign: _end(sign, step, codes) for sign in sorted(step)}
    return {sign: base for sign, base in found.items() if sign != base}


def _end(sign: str, step: Mapping[str, str], codes: Mapping[str, tuple[int, ...]]) -> str:
    path = [sign]
    while (following := step.get(path[-1])) is not None:
        if following in path:
            return min(path[path.index(following) :], key=lambda one: (codes.get(one, (9,)), one))
        path.append(following)
    return path[-1]


def _mji(database: sqlite3.Connection, bases: Mapping[str, str]) -> dict[str, set[str]]:
    query = 'select distinct "対応するUCS", "読み" from mji_reading join mji using ("MJ文字図形名")'
    return _table(database.execute(query), bases)


def _unihan(database: sqlite3.Connection, bases: Mapping[str, str]) -> dict[str, set[str]]:
    return _table(database.execute("select UCS, value from unihan_each_kJapanese"), bases)


def _table(rows: Iterable[tuple[str, str]], bases: Mapping[str, str]) -> dict[str, set[str]]:
    """Readings by base character. 訓 (written in hiragana) also without their inflection: わたる → ワタ, ワタリ."""
    table: dict[str, set[str]] = {}
    for sign, reading in rows:
        kana = katakana(reading)
        if not sign or len(sign) != 1 or not all("ァ" <= one <= "ヺ" or one == "ー" for one in kana):
            continue
        forms = _inflected(kana) if "ぁ" <= reading[0] <= "ゖ" else {kana}
        table.setdefault(bases.get(sign, sign), set()).update(folded(form) for form in forms)
    return table


def _inflected(kana: str) -> set[str]:
    forms = {kana}
    if len(kana) >= 2 and kana[-1] in _STEMS:
        forms.add(kana[:-1] + _STEMS[kana[-1]])
    if (len(kana) >= 3 and kana[-1] in {*_STEMS, "イ"}) or (len(kana) == 2 and kana[-1] == "ル"):
        forms.add(kana[:-1])
    return forms


def _surnames(uji: Iterable[Named]) -> dict[str, set[str]]:
    return merged(*({one.text: {one.kana}} for one in uji))


def _write(name: str, table: Mapping[str, Iterable[str]], key: str, value: str) -> None:
    rows = sorted((unit, " ".join(sorted(found))) for unit, found in table.items())
    frame = pl.DataFrame(rows, schema={key: pl.String, value: pl.String}, orient="row")
    target = TARGET / f"{name}.parquet"
    frame.write_parquet(target, compression="zstd", compression_level=19)
    print(f"{target.name}: {len(frame):,} rows, {target.stat().st_size:,} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/packages"))
