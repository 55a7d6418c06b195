"""Layout files: standard/<group>.csv and codes.csv → Group, CodeList. Headings as in the official workbook."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path

from mappings.definition_files import Reading, Row, marked
from mappings.errors import did_you_mean
from mappings.model import CodeList, Group, Item, ItemType, Requirement, Status

NEEDED = ("データ項目", "データ項目（ローマ字）", "グループ_名称", "データ型", "桁数")
HEADINGS = (
    "データ項目ID", "データ項目", "データ項目（ローマ字）", "グループ_名称", "グループ_主キー", "グループ_外部キー",
    "クラス分類_LV1", "クラス分類_LV2", "クラス分類_LV3", "データ型", "桁数", "コード", "繰り返し", "データ出力条件",
    "項目定義", "項目説明", "標準仕様書関連箇所", "実装類型", "サンプル値", "備考", "不詳日", "暦外日", "状態", "出典",
)  # fmt: skip
CODE_HEADINGS = ("コードID", "コード名", "コード値", "コード値の内容", "備考", "状態", "出典")
FREE_LIST = "999"  # 自治体固有コード: any value
_WIDE = str.maketrans({chr(c): chr(c - 0xFEE0) for c in range(0xFF01, 0xFF5F)})
_DATED = (ItemType.DATE, ItemType.YEAR)


def read_group(reading: Reading, path: Path, area: str, business_id: str, version: str) -> Group | None:
    """One group; None when the file has no usable line (which is a fault)."""
    table = reading.table(path, NEEDED, HEADINGS)
    items = []
    for row in table.rows:
        item = read_item(reading, path, f"{row.line}行", row)
        if item is not None:
            items.append(item)
    if not items:
        reading.fault(path, "", "データ項目が1つもありません", "グループを使わないならファイルを消してください")
        return None
    _check_unique(reading, path, table.rows)
    names = {row.word("グループ_名称") for row in table.rows}
    if len(names) > 1:
        reading.fault(
            path, "", f"グループ_名称が{len(names)}種類あります", "1つのファイルは1つのグループにしてください"
        )
    identified = next((item.id[:3] for item in items if item.id), business_id)
    return Group(area, path.stem, table.rows[0].word("グループ_名称"), identified, version, tuple(items))


def read_item(reading: Reading, path: Path, place: str, row: Row) -> Item | None:
    """One item of a layout file or workbook row; None when it has no usable name or type."""
    name, romaji = row.word("データ項目"), row.word("データ項目（ローマ字）")
    kind = _type(reading, path, place, row)
    if not name:
        reading.fault(path, f"{place} データ項目", "データ項目の名前がありません")
    if not re.fullmatch("[a-z][a-z0-9_]*", romaji):
        advice = "半角の英小文字で始め、英小文字・数字・_ で書いてください"
        reading.fault(path, f"{place} データ項目（ローマ字）", f"ローマ字「{romaji}」は使えません", advice)
    if not name or kind is None:
        return None
    length, scale = _length(reading, path, place, row)
    item = Item(
        name=name,
        romaji=romaji,
        type=kind,
        length=length,
        scale=scale,
        id=row.word("データ項目ID"),
        code=code_id(row.word("コード")),
        repeat=_whole(reading, path, f"{place} 繰り返し", row.word("繰り返し")),
        requirement=_requirement(reading, path, place, row),
        primary_key=_mark(reading, path, f"{place} グループ_主キー", row.word("グループ_主キー")),
        foreign_key=_foreign_key(reading, path, place, row),
        mandatory=_mark(reading, path, f"{place} 実装類型", row.word("実装類型")),
        unknown_date=_mark(reading, path, f"{place} 不詳日", row.word("不詳日")),
        noncalendar=_mark(reading, path, f"{place} 暦外日", row.word("暦外日")),
        classes=(row.word("クラス分類_LV1"), row.word("クラス分類_LV2"), row.word("クラス分類_LV3")),
        definition=row.text("項目定義"),
        description=row.text("項目説明"),
        spec_reference=row.text("標準仕様書関連箇所"),
        sample=row.text("サンプル値"),
        note=row.text("備考"),
        status=_status(reading, path, place, row),
        source=row.word("出典"),
    )
    _check_item(reading, path, place, item)
    return item


def read_codes(reading: Reading, path: Path) -> dict[str, CodeList]:
    """Code lists by コードID; ID and name may stand on the first line of a list only."""
    found: dict[str, tuple[str, Status, dict[str, str]]] = {}
    list_id = name = ""
    for row in reading.table(path, CODE_HEADINGS[:4], CODE_HEADINGS[4:]).rows:
        if row.word("コードID"):
            list_id, name = code_id(row.word("コードID")), row.word("コード名") or list_id
        if not list_id:
            reading.fault(
                path, f"{row.line}行 コードID", "コードIDがありません", "一覧の最初の行にコードIDを書いてください"
            )
            continue
        _, _, values = found.setdefault(list_id, (name, _status(reading, path, f"{row.line}行", row), {}))
        value = row.word("コード値")
        if not value:
            reading.fault(path, f"{row.line}行 コード値", "コード値がありません")
        elif value in values:
            reading.fault(
                path, f"{row.line}行 コード値", f"コード{list_id}の値「{value}」が2回あります", "1つにしてください"
            )
        values.setdefault(value, row.word("コード値の内容"))
    return {key: _code_list(key, name, values, status) for key, (name, status, values) in found.items()}


def code_id(value: str) -> str:
    """A コードID as three digits; with a leading 業務名 (コード一覧（連携）) as written."""
    value = value.strip().translate(_WIDE)
    return value.zfill(3) if re.fullmatch("[0-9]{1,3}", value) else value


def data_type(value: str) -> str:
    """The symbol of a データ型 with full-width signs made half-width."""
    return value.strip().translate(_WIDE).upper()


def in_load_order(groups: Mapping[str, Group]) -> dict[str, Group]:
    """Groups so that one named by a foreign key comes before the one naming it; else by id. Cycles keep id order."""
    ordered: dict[str, Group] = {}
    waiting = dict(sorted(groups.items()))
    while waiting:
        free = [g for g in waiting.values() if not (_named_groups(g) & waiting.keys()) - {g.id}]
        chosen = free[0] if free else next(iter(waiting.values()))
        ordered[chosen.id] = waiting.pop(chosen.id)
    return ordered


def _named_groups(group: Group) -> set[str]:
    targets = [item.foreign_key.split(".") for item in group.items if "." in item.foreign_key]
    return {parts[-2] for parts in targets if len(parts) == 2 or parts[0] == group.area}


def _code_list(key: str, name: str, values: dict[str, str], status: Status) -> CodeList:
    return CodeList(key, name, values, free=key == FREE_LIST or "任意" in values, status=status)


def _type(reading: Reading, path: Path, place: str, row: Row) -> ItemType | None:
    symbol = data_type(row.word("データ型"))
    try:
        return ItemType(symbol)
    except ValueError:
        known = [kind.value for kind in ItemType]
        problem = f"データ型「{row.word('データ型')}」は使えません"
        reading.fault(path, f"{place} データ型", problem, did_you_mean(symbol, known))
        return None


def _length(reading: Reading, path: Path, place: str, row: Row) -> tuple[int, int]:
    text = row.word("桁数").translate(_WIDE).replace(" ", "")
    if not text:
        return 0, 0
    found = re.fullmatch("([0-9]+)(?:[,.]([0-9]+))?", text)
    if found is None:
        reading.fault(
            path, f"{place} 桁数", f"桁数「{text}」を読めません", "10 または 5,2（整数部,小数部）の形で書いてください"
        )
        return 0, 0
    return int(found[1]), int(found[2] or 0)


def _whole(reading: Reading, path: Path, place: str, text: str) -> int:
    text = text.translate(_WIDE)
    if re.fullmatch("[0-9]*", text):
        return int(text or 0)
    reading.fault(path, place, f"「{text}」は数ではありません", "半角の数字で書くか、空にしてください")
    return 0


def _requirement(reading: Reading, path: Path, place: str, row: Row) -> Requirement:
    text = row.word("データ出力条件")
    known = [requirement.value for requirement in Requirement]
    if not text:
        return Requirement.OPTIONAL
    if text not in known:
        reading.fault(path, f"{place} データ出力条件", f"「{text}」は使えません", did_you_mean(text, known))
        return Requirement.OPTIONAL
    return Requirement(text)


def _status(reading: Reading, path: Path, place: str, row: Row) -> Status:
    text = row.word("状態") or Status.REFERENCE.value
    known = [status.value for status in Status]
    if text not in known:
        reading.fault(path, f"{place} 状態", f"「{text}」は使えません", did_you_mean(text, known))
        return Status.REFERENCE
    return Status(text)


def _mark(reading: Reading, path: Path, place: str, text: str) -> bool:
    if text and not marked(text):
        reading.fault(
            path, place, f"「{text}」は使えません", "当てはまるときは ○、当てはまらないときは空にしてください"
        )
    return marked(text)


def _foreign_key(reading: Reading, path: Path, place: str, row: Row) -> str:
    text = row.word("グループ_外部キー")
    if not text or marked(text):
        return "○" if text else ""
    if len(text.split(".")) not in (2, 3) or not all(text.split(".")):
        advice = "○、グループ.項目、業務.グループ.項目 のどれかで書いてください"
        reading.fault(path, f"{place} グループ_外部キー", f"「{text}」は使えません", advice)
        return ""
    return text


def _check_item(reading: Reading, path: Path, place: str, item: Item) -> None:
    if item.id and not re.fullmatch("[0-9]{8}", item.id):
        reading.fault(path, f"{place} データ項目ID", f"「{item.id}」は8桁の数字ではありません")
    if item.status is Status.OFFICIAL and not (item.id and item.source):
        advice = "公式の項目定義書から ikou spec import で取り込んでください"
        reading.fault(path, f"{place} 状態", "official にはデータ項目IDと出典が要ります", advice)
    if item.status is Status.REFERENCE and item.id:
        advice = "8桁のIDは公式の項目定義書にある項目だけに付けます"
        reading.fault(path, f"{place} データ項目ID", "状態が reference の項目にデータ項目IDがあります", advice)
    if item.scale and item.type is not ItemType.DECIMAL:
        reading.fault(path, f"{place} 桁数", f"小数部の桁数はデータ型 9V だけに書けます（{item.type}）")
    if item.noncalendar and item.type not in _DATED or item.unknown_date and item.type not in _DATED:
        reading.fault(path, f"{place} データ型", f"不詳日・暦外日は日付の項目だけに付けられます（{item.type}）")


def _check_unique(reading: Reading, path: Path, rows: tuple[Row, ...]) -> None:
    for heading in ("データ項目", "データ項目（ローマ字）", "データ項目ID"):
        seen: dict[str, int] = {}
        for row in rows:
            value = row.word(heading)
            if value in seen:
                problem = f"「{value}」が{seen[value]}行にもあります"
                reading.fault(path, f"{row.line}行 {heading}", problem, "どちらかを消すか直してください")
            elif value:
                seen[value] = row.line
