"""Lists of 町字: what a town or the nation publishes, read into municipalities whose towns are read when asked for.

Three forms are read, told by what is in the file: mt_town of the Address Base Registry (CSV, by its headings, of the
old and the current kind), the geolonia list as CSV (都道府県名 …), and as an archive of one JSON file a municipality
(…/ja/都道府県/市区町村.json). CSV files may lie in a zip.
"""

from __future__ import annotations

import csv
import io
import json
import tarfile
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from mappings.errors import InputError, shown_path
from migration.addresses.town_index import Town, TownIndex, town_of
from migration.transforms.municipalities import check_digit

_HEADINGS = {
    "code": ("lg_code", "全国地方公共団体コード", "市区町村コード"),
    "id": ("machiaza_id", "town_id", "町字id", "町字ID"),
    "prefecture": ("pref", "pref_name", "都道府県名"),
    "county": ("county", "county_name", "郡名"),
    "city": ("city", "city_name", "市区町村名"),
    "ward": ("ward", "od_city_name", "政令市区名"),
    "town": ("oaza_cho", "oaza_town_name", "大字・町名", "大字町丁目名"),
    "chome": ("chome", "chome_name", "丁目名"),
    "koaza": ("koaza", "koaza_name", "小字名", "小字・通称名"),
    "abolished": ("ablt_date", "廃止日"),
    "other_town": ("alias_oaza",),
    "other_koaza": ("alias_koaza",),
}
_NEEDED = ("code", "prefecture", "city", "town")


@dataclass(frozen=True)
class Municipality:
    """One municipality. `name` is 市区町村名 with its county or ward; `read` gives its towns, None: no list of them."""

    code: str  # six digits, '' when not known
    prefecture: str
    name: str
    abolished: bool = False
    read: Callable[[], list[Town]] | None = field(default=None, compare=False)

    @cached_property
    def index(self) -> TownIndex | None:
        """Its towns ready for looking up, made when first asked for."""
        return None if self.read is None else TownIndex(self.read())


def read_towns(path: Path) -> tuple[Municipality, ...]:
    """The municipalities of a list. InputError when the file is none of the known forms."""
    try:
        if tarfile.is_tarfile(path):
            return tuple(_from_archive(path))
        return tuple(_from_tables(path))
    except (tarfile.TarError, zipfile.BadZipFile, UnicodeDecodeError, EOFError, csv.Error, ValueError) as error:
        raise InputError(f"{shown_path(path)} を町字の一覧として読めません（{error}）。{_ADVICE}") from error


_ADVICE = "アドレス・ベース・レジストリの町字マスター（mt_town_….csv または .zip、UTF-8）を指定してください。"


def _from_archive(path: Path) -> Iterator[Municipality]:
    found = False
    with tarfile.open(path) as archive:
        for member in archive:
            parts = Path(member.name).parts
            if not member.isfile() or len(parts) < 3 or parts[-3] != "ja" or not parts[-1].endswith(".json"):
                continue
            content = archive.extractfile(member)
            assert content is not None
            found = True
            yield Municipality("", parts[-2], parts[-1].removesuffix(".json"), read=_Json(content.read()))
    if not found:
        raise InputError(f"{shown_path(path)} に市区町村ごとの町字（ja/都道府県/市区町村.json）がありません。{_ADVICE}")


@dataclass(frozen=True, slots=True)
class _Json:
    content: bytes

    def __call__(self) -> list[Town]:
        rows = json.loads(self.content)
        return list(dict.fromkeys(town_of(row["town"], "", row.get("koaza") or "") for row in rows))


@dataclass(slots=True)
class _Rows:
    towns: dict[Town, None]

    def __call__(self) -> list[Town]:
        return list(self.towns)


def _from_tables(path: Path) -> Iterator[Municipality]:
    found: dict[tuple[str, str, str], dict[Town, None]] = {}
    for content in _contents(path):
        _read_table(io.StringIO(content.decode("utf-8-sig"), newline=""), path, found)
    for (code, prefecture, name), towns in found.items():
        yield Municipality(_six_digits(code), prefecture, name, read=_Rows(towns))


def _contents(path: Path) -> Iterator[bytes]:
    if not zipfile.is_zipfile(path):
        yield path.read_bytes()
        return
    with zipfile.ZipFile(path) as archive:
        names = sorted(name for name in archive.namelist() if name.lower().endswith(".csv"))
        if not names:
            raise InputError(f"{shown_path(path)} に CSV ファイルが入っていません。{_ADVICE}")
        for name in names:
            yield archive.read(name)


def _read_table(text: io.StringIO, path: Path, found: dict[tuple[str, str, str], dict[Town, None]]) -> None:
    rows = csv.reader(text)
    places = _places(next(rows, []), path)
    width = max(places.values()) + 1
    for number, row in enumerate(rows, start=2):
        if not row:
            continue
        if len(row) < width:
            raise InputError(f"{shown_path(path)} {number}行: 列が {len(row)} しかありません（{width} 列以上のはず）。")
        cell = {name: row[place].strip() for name, place in places.items()}
        if cell.get("abolished"):
            continue
        key = (cell["code"], cell["prefecture"], cell.get("county", "") + cell["city"] + cell.get("ward", ""))
        found.setdefault(key, {}).update(dict.fromkeys(_towns_of(cell)))


def _places(headings: list[str], path: Path) -> dict[str, int]:
    known = {heading.strip(): place for place, heading in enumerate(headings)}
    places = {}
    for name, words in _HEADINGS.items():
        place = next((known[word] for word in words if word in known), None)
        if place is not None:
            places[name] = place
    if missing := [_HEADINGS[name][0] for name in _NEEDED if name not in places]:
        raise InputError(f"{shown_path(path)} の見出しに {'、'.join(missing)} がありません。{_ADVICE}")
    return places


def _towns_of(cell: Mapping[str, str]) -> list[Town]:
    """The 町字 of a row, and what else it is called; nothing where the municipality has no 町字 (町字なし)."""
    chome, koaza, number = cell.get("chome", ""), cell.get("koaza", ""), cell.get("id", "")
    if not cell["town"] + chome + koaza:
        return []
    town = town_of(cell["town"], chome, koaza, number)
    other, small = cell.get("other_town", ""), cell.get("other_koaza", "")
    if not (other or small):
        return [town]
    alias = town_of(other or cell["town"], chome, small or koaza, number)
    return [town, alias._replace(name=town.name)]


def _six_digits(code: str) -> str:
    return code + check_digit(code) if len(code) == 5 and code.isascii() and code.isdigit() else code
