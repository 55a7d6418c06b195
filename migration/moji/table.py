"""MJ文字情報一覧表 as shipped (migration/moji/data): every MJ character with its codes, loaded when first asked for."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import polars as pl

DATA = Path(__file__).with_name("data")
SHRINK_TABLES = (  # in the order in which they are believed
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
_COLUMNS = (
    *("mj", "ucs", "implemented", "ivs", "svs", "koseki", "juki", "touki"),
    *("x0213", "unified", "strokes", "policy", "others", "readings", "related"),
)


@dataclass(frozen=True, slots=True)
class Character:
    """One row of the MJ list. `ivs` and `others` are Moji_Joho sequences; `related`: MJ characters 備考 names."""

    mj: str
    ucs: str | None
    implemented: str | None  # the character the bare code point stands for
    ivs: str | None
    svs: str | None
    koseki: str | None  # 戸籍統一文字番号
    juki: str | None  # 住基ネット統一文字コード, 'J+9AD9'
    touki: str | None  # 登記統一文字番号
    x0213: str | None
    unified: int | None  # 包摂区分: 0 the very glyph of JIS X 0213, 2 unified with it
    strokes: int | None
    policy: str | None  # 常用漢字, 人名用漢字
    others: str | None
    readings: str | None
    related: str | None

    @property
    def text(self) -> str | None:
        """How the character is written: the bare code point where it means this glyph, else its sequence."""
        return self.implemented or self.ivs or self.svs


@dataclass(frozen=True, slots=True)
class Shrunk:
    """One candidate of the MJ縮退マップ: the target, the place of its table in SHRINK_TABLES, rank or hops there."""

    target: str
    table: int
    order: int


class MojiTable:
    """The list by MJ code and by every code a character may come with. Each index is made when first needed."""

    def __init__(self, folder: Path = DATA) -> None:
        self._folder = folder

    def character(self, mj: str) -> Character | None:
        place = self._places.get(mj)
        return None if place is None else Character(*(self._lists[name][place] for name in _COLUMNS))

    def by_text(self, sequence: str) -> str:
        """MJ code of a Moji_Joho sequence, a standardized variant, or a bare character that means one glyph; ''."""
        return self._by_text.get(sequence, "")

    def by_code(self, kind: str, code: str) -> str:
        """MJ code by `juki`, `koseki` or `touki`; ''."""
        return self._by_code(kind).get(code, "")

    def of_base(self, base: str) -> tuple[str, ...]:
        """Every MJ character whose UCS is `base`, in MJ order."""
        return tuple(self._of_base.get(base, ()))

    def adobe(self, sequence: str) -> str:
        """MJ code of an Adobe-Japan1 sequence, '' where the registers do not settle it."""
        return self._adobe.get(sequence, "")

    def shrunk(self, mj: str) -> tuple[Shrunk, ...]:
        """Candidates in the order of the tables."""
        first, last = self._shrunk_ranges.get(mj, (0, 0))
        targets, tables, orders = (self._shrunk_lists[name] for name in ("target", "table", "order"))
        return tuple(Shrunk(targets[n], tables[n], orders[n]) for n in range(first, last))

    @cached_property
    def tax_agency(self) -> Mapping[str, str]:
        """国税庁JIS縮退マップ: character → text in JIS X 0208."""
        return _pairs(self._folder / "nta.parquet")

    def every(self) -> Iterable[str]:
        """All MJ codes in order."""
        return self._places

    @cached_property
    def _lists(self) -> dict[str, list[Any]]:
        frame = pl.read_parquet(self._folder / "mj.parquet", columns=list(_COLUMNS))
        return {name: frame[name].to_list() for name in _COLUMNS}

    @cached_property
    def _places(self) -> dict[str, int]:
        return {mj: place for place, mj in enumerate(self._lists["mj"])}

    @cached_property
    def _by_text(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for name in ("others", "svs", "ivs", "implemented"):
            found |= self._index(name)
        for base, characters in self._of_base.items():
            if len(characters) == 1:
                found.setdefault(base, characters[0])
        return found

    def _by_code(self, kind: str) -> dict[str, str]:
        if kind not in self._codes:
            self._codes[kind] = self._index(kind)
        return self._codes[kind]

    @cached_property
    def _codes(self) -> dict[str, dict[str, str]]:
        return {}

    def _index(self, name: str) -> dict[str, str]:
        pairs = zip(self._lists[name], self._lists["mj"], strict=True)
        return {code: mj for code, mj in pairs if code is not None}

    @cached_property
    def _of_base(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        for base, mj in zip(self._lists["ucs"], self._lists["mj"], strict=True):
            if base is not None:
                found.setdefault(base, []).append(mj)
        return found

    @cached_property
    def _adobe(self) -> Mapping[str, str]:
        return _pairs(self._folder / "aj1.parquet")

    @cached_property
    def _shrunk_lists(self) -> dict[str, list[Any]]:
        frame = pl.read_parquet(self._folder / "shrink.parquet")
        return {name: frame[name].to_list() for name in frame.columns}

    @cached_property
    def _shrunk_ranges(self) -> dict[str, tuple[int, int]]:
        ranges: dict[str, tuple[int, int]] = {}
        for place, mj in enumerate(self._shrunk_lists["mj"]):
            first, _ = ranges.get(mj, (place, place))
            ranges[mj] = (first, place + 1)
        return ranges


@cache
def moji_table() -> MojiTable:
    """The shipped table, one for the whole program."""
    return MojiTable()


def _pairs(path: Path) -> dict[str, str]:
    return dict(pl.read_parquet(path).iter_rows())
