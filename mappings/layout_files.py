"""Layout files: standard/<group>.csv and codes.csv → Group, CodeList. Headings as in the official workbook."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from mappings.definition_files import MARKS, Reading, Row
from mappings.errors import did_you_mean
from mappings.layout import CodeList, Group, Item, ItemType, Requirement, Status

NEEDED = ("データ項目", "データ項目（ローマ字）", "グループ_名称", "データ型", "桁数")
OFFICIAL_HEADINGS = (
    "データ項目ID", "データ項目", "データ項目（ローマ字）", "グループ_名称", "グループ_主キー", "グループ_外部キー",
    "クラス分類_LV1", "クラス分類_LV2", "クラス分類_LV3", "データ型", "桁数", "コード", "繰り返し", "データ出力条件",
    "項目定義", "項目説明", "標準仕様書関連箇所", "実装類型", "サンプル値", "備考",
)  # fmt: skip
HEADINGS = (*OFFICIAL_HEADINGS, "不詳日", "暦外日", "状態", "出典")
OFFICIAL_CODE_HEADINGS = ("コードID", "コード名", "コード値", "コード値の内容", "備考")
CODE_HEADINGS = (*OFFICIAL_CODE_HEADINGS, "状態", "出典")
FREE_LIST = "999"  # 自治体固有コード: any value
DATED = (ItemType.DATE, ItemType.YEAR)
_UNIQUE = ("データ項目", "データ項目（ローマ字）", "データ項目ID")
_ANY_VALUE = "任意"
_WIDE = str.maketrans({chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)})
_TYPES = [kind.value for kind in ItemType]
_STATUSES = [status.value for status in Status]
_REQUIREMENTS = [requirement.value for requirement in Requirement]


def read_group(reading: Reading, path: Path, area: str, business_id: str, version: str) -> Group | None:
    """One group; None when the file has no usable line (which is a fault)."""
    rows = reading.table(path, NEEDED, HEADINGS).rows
    items = [item for item in map(read_item, rows) if item is not None]
    if not re.fullmatch("[a-z][a-z0-9_]*", path.stem):
        reading.fault(
            path, "", "ファイル名がグループのIDになりません", "英小文字で始め、英小文字・数字・_ にしてください"
        )
    if not items:
        reading.fault(path, "", "データ項目が1つもありません", "グループを使わないならファイルを消してください")
        return None
    check_unique(rows)
    names = {row.word("グループ_名称") for row in rows}
    if len(names) > 1:
        reading.fault(path, "", f"グループ_名称が{len(names)}種類あります", "1ファイルは1グループにしてください")
    identified = next((item.id[:3] for item in items if item.id), business_id)
    return Group(area, path.stem, rows[0].word("グループ_名称"), identified, version, tuple(items))


def read_item(row: Row) -> Item | None:
    """One item of a layout file or workbook; None when it has no usable name or type."""
    name, kind = row.word("データ項目"), _type(row)
    _check_names(row)
    if not name or kind is None:
        return None
    length, scale = _length(row)
    item = Item(
        name=name,
        romaji=row.word("データ項目（ローマ字）"),
        type=kind,
        length=length,
        scale=scale,
        id=row.word("データ項目ID"),
        code=code_id(row.word("コード")),
        repeat=_whole(row, "繰り返し"),
        requirement=Requirement(row.choice("データ出力条件", _REQUIREMENTS, Requirement.OPTIONAL)),
        primary_key=row.mark("グループ_主キー"),
        foreign_key=_foreign_key(row),
        mandatory=row.mark("実装類型"),
        unknown_date=row.mark("不詳日"),
        noncalendar=row.mark("暦外日"),
        classes=(row.word("クラス分類_LV1"), row.word("クラス分類_LV2"), row.word("クラス分類_LV3")),
        definition=row.text("項目定義"),
        description=row.text("項目説明"),
        spec_reference=row.text("標準仕様書関連箇所"),
        sample=row.text("サンプル値"),
        note=row.text("備考"),
        status=Status(row.choice("状態", _STATUSES, Status.REFERENCE)),
        source=row.word("出典"),
    )
    _check_item(row, item)
    return item


def read_codes(reading: Reading, path: Path) -> dict[str, CodeList]:
    """Code lists by コードID."""
    return read_code_rows(reading.table(path, CODE_HEADINGS[:4], CODE_HEADINGS[4:]).rows)


def read_code_rows(rows: Iterable[Row]) -> dict[str, CodeList]:
    """Code lists by コードID; ID and name may stand on the first line of a list only."""
    found: dict[str, tuple[str, Status, dict[str, str]]] = {}
    list_id = name = ""
    for row in rows:
        if row.word("コードID"):
            list_id, name = code_id(row.word("コードID")), row.word("コード名")
        if not list_id:
            row.fault("コードID", "コードIDがありません", "一覧の最初の行にコードIDを書いてください")
            continue
        status = Status(row.choice("状態", _STATUSES, Status.REFERENCE))
        _, _, values = found.setdefault(list_id, (name or list_id, status, {}))
        value = row.word("コード値")
        if not value:
            row.fault("コード値", "コード値がありません", "値を書くか、行を消してください")
        elif value in values:
            row.fault("コード値", f"コード{list_id}の値「{value}」が2回あります", "どちらかを消してください")
        else:
            values[value] = row.word("コード値の内容")
    return {key: _code_list(key, *parts) for key, parts in found.items()}


def code_id(value: str) -> str:
    """A コードID as three digits; with a leading 業務名 (コード一覧（連携）) as written."""
    short = half_width(value.strip())
    return short.zfill(3) if re.fullmatch("[0-9]{1,3}", short) else value.strip()


def half_width(value: str) -> str:
    """Full-width ASCII signs made half-width; for symbols and numbers of the layout, never for names."""
    return value.translate(_WIDE)


def in_load_order(groups: Mapping[str, Group]) -> dict[str, Group]:
    """Groups so that one named by a foreign key comes before the one naming it; else by id. Cycles keep id order."""
    ordered: dict[str, Group] = {}
    waiting = dict(sorted(groups.items()))
    while waiting:
        free = [group for group in waiting.values() if not (_named_groups(group) & waiting.keys()) - {group.id}]
        chosen = free[0] if free else next(iter(waiting.values()))
        ordered[chosen.id] = waiting.pop(chosen.id)
    return ordered


def check_unique(rows: Iterable[Row], headings: Sequence[str] = _UNIQUE) -> None:
    """Names, romaji and ids stand once in a group."""
    seen: dict[tuple[str, str], str] = {}
    for row in rows:
        for heading in headings:
            value = row.word(heading)
            if not value:
                continue
            if (heading, value) in seen:
                problem = f"{heading}「{value}」が{seen[heading, value]}にもあります"
                row.fault(heading, problem, "どちらかを消すか直してください")
            seen.setdefault((heading, value), row.places.get(heading, f"{row.line}行"))


def _named_groups(group: Group) -> set[str]:
    targets = [item.foreign_key.split(".") for item in group.items if "." in item.foreign_key]
    return {parts[-2] for parts in targets if len(parts) == 2 or parts[0] == group.area}


def _code_list(key: str, name: str, status: Status, values: dict[str, str]) -> CodeList:
    return CodeList(key, name, values, free=key == FREE_LIST or _ANY_VALUE in values, status=status)


def _check_names(row: Row) -> None:
    if not row.word("データ項目"):
        row.fault("データ項目", "データ項目の名前がありません")
    romaji = row.word("データ項目（ローマ字）")
    if not re.fullmatch("[a-z][a-z0-9_]*", romaji):
        advice = "半角の英小文字で始め、英小文字・数字・_ で書いてください"
        row.fault("データ項目（ローマ字）", f"ローマ字「{romaji}」は使えません", advice)


def _type(row: Row) -> ItemType | None:
    symbol = half_width(row.word("データ型")).upper()
    if symbol in _TYPES:
        return ItemType(symbol)
    row.fault("データ型", f"データ型「{row.word('データ型')}」は使えません", did_you_mean(symbol, _TYPES))
    return None


def _length(row: Row) -> tuple[int, int]:
    text = half_width(row.word("桁数")).replace(" ", "")
    found = re.fullmatch("([0-9]+)(?:[,.]([0-9]+))?", text)
    if found:
        return int(found[1]), int(found[2] or 0)
    if text:
        row.fault("桁数", f"桁数「{text}」を読めません", "10、または 5,2（整数部,小数部）の形で書いてください")
    return 0, 0


def _whole(row: Row, heading: str) -> int:
    text = half_width(row.word(heading))
    if re.fullmatch("[0-9]*", text):
        return int(text or 0)
    row.fault(heading, f"「{text}」は数ではありません", "半角の数字で書くか、空にしてください")
    return 0


def _foreign_key(row: Row) -> str:
    text = row.word("グループ_外部キー")
    if not text or text in MARKS:
        return "○" if text else ""
    if len(text.split(".")) in (2, 3) and all(text.split(".")):
        return text
    row.fault(
        "グループ_外部キー", f"「{text}」は使えません", "○、グループ.項目、業務.グループ.項目 のどれかにしてください"
    )
    return ""


def _check_item(row: Row, item: Item) -> None:
    if item.id and not re.fullmatch("[0-9]{8}", item.id):
        row.fault("データ項目ID", f"「{item.id}」は8桁の数字ではありません", "先頭の0が消えていないか確かめてください")
    if item.status is Status.OFFICIAL and not (item.id and item.source):
        advice = "公式の項目定義書から ikou spec import で取り込んでください"
        row.fault("状態", "official にはデータ項目IDと出典が要ります", advice)
    if item.status is Status.REFERENCE and item.id:
        advice = "8桁のIDは公式の項目定義書にある項目だけに付けます"
        row.fault("データ項目ID", "状態が reference の項目にデータ項目IDがあります", advice)
    if item.scale and item.type is not ItemType.DECIMAL:
        row.fault("桁数", f"小数部の桁数はデータ型 9V だけに書けます（{item.type}）", "整数部だけを書いてください")
    for heading, set_ in (("不詳日", item.unknown_date), ("暦外日", item.noncalendar)):
        if set_ and item.type not in DATED:
            row.fault(heading, f"{heading}は日付の項目だけに付けられます（{item.type}）", "○を消してください")
