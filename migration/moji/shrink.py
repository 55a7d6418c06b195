"""縮退: which character of JIS X 0213 or 0208 may stand for one that is not in it. Candidates, not answers."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from migration.moji.identify import identify, is_kanji, signs
from migration.moji.plus import NONE, Added
from migration.moji.table import SHRINK_TABLES, moji_table

SETS = {"x0213": "JIS X 0213", "x0208": "JIS X 0208", "joyo": "常用漢字"}
TAX_AGENCY = "国税庁JIS縮退マップ"
BASE_OF_ADDED = "MJ+追加文字の基底文字"
WITHOUT_SELECTOR = "異体字セレクタを除いた文字"
_PARENT = SHRINK_TABLES.index("戸籍統一文字情報_親字正字")
_FAR_PARENT = SHRINK_TABLES.index("法務省告示582号別表第四_二") + 0.5  # 親字 two and more hops away
_SAME_CELL = frozenset("～－∥￠￡￢―—〜−‖¢£¬￣‾￤")  # one JIS cell, several code points by vendor


@dataclass(frozen=True, slots=True)
class Candidate:
    """One character a text may shrink to, and the tables that say so, the most trusted first."""

    target: str
    tables: tuple[str, ...]


def contains(name: str, sign: str) -> bool:
    """Whether a character (with selectors) is in the set as it stands. Half width and controls are not its matter."""
    if len(sign) != 1:
        return False
    if sign < "\x80" or "｡" <= sign <= "ﾟ" or sign in _SAME_CELL:
        return True
    if name == "x0213":
        return _encodes(sign, "euc_jis_2004")
    if name == "joyo" and is_kanji(sign):
        character = moji_table().character(moji_table().by_text(sign))
        return character is not None and character.policy == "常用漢字"
    return _encodes(sign, "euc_jp")


@lru_cache(50_000)
def candidates(sign: str, name: str, added: Added = NONE) -> tuple[Candidate, ...]:
    """What `sign`, not in the set, may become: the most trusted first."""
    found: dict[str, list[str]] = {}
    for target, table in _told(sign, name, added):
        found.setdefault(target, []).append(table)
    if not found and name == "joyo":
        for step in candidates(sign, "x0213", added) if not contains("x0213", sign) else ():
            for end in candidates(step.target, name, added):
                found.setdefault(end.target, []).extend(f"{step.target}を経て{table}" for table in end.tables)
    return tuple(Candidate(target, tuple(dict.fromkeys(tables))) for target, tables in found.items())


def told(options: tuple[Candidate, ...]) -> str:
    """Candidates in words: 浜（戸籍統一文字情報_親字正字）・濱（国税庁JIS縮退マップ）."""
    return "・".join(f"{option.target}（{'、'.join(option.tables)}）" for option in options) or "候補なし"


def _told(sign: str, name: str, added: Added) -> list[tuple[str, str]]:
    """(target within the set, table) in the order of trust."""
    table = moji_table()
    ranked = sorted(table.shrunk(identify(sign, added).mj), key=lambda one: (_trust(one.table, one.order), one.order))
    found = [(one.target, _table_name(one.table, one.order)) for one in ranked]
    found += [(base, BASE_OF_ADDED) for base in [added.bases.get(sign, "")] if base]
    base = sign[0]
    if len(sign) > 1 and not ranked:
        found.append((base, WITHOUT_SELECTOR))
    if target := table.tax_agency.get(base):
        found.append((target, TAX_AGENCY))
    return [(target, said) for target, said in found if all(contains(name, one) for one in signs(target))]


def _trust(table: int, order: int) -> float:
    return _FAR_PARENT if table == _PARENT and order > 1 else table


def _table_name(table: int, order: int) -> str:
    return f"{SHRINK_TABLES[table]}（{order}段）" if table == _PARENT and order > 1 else SHRINK_TABLES[table]


def _encodes(sign: str, codec: str) -> bool:
    """Two bytes, both high: a cell of the first plane; a third one before them in EUC-JIS-2004: of the second."""
    try:
        code = sign.encode(codec)
    except UnicodeEncodeError:
        return False
    return (len(code) == 2 and code[0] > 0xA0) or (codec == "euc_jis_2004" and len(code) == 3)
