"""An official workbook that comes after the town began with reference layouts: it takes their place, and ikou tells
exactly which maps, rules and code maps need a hand, for every vendor."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from mappings import loading
from mappings.area import Area
from mappings.layout import Item, ItemType, Status
from mappings.layout_files import OFFICIAL_CODE_HEADINGS, OFFICIAL_HEADINGS
from mappings.standard_writing import _item_cells

SETTINGS = """\
[municipality]
code = "123456"
name = "見本町"
[layouts]
{layouts}
[areas.inkan]
role = "owner"
vendor = "tasys"
[areas.kaigo]
role = "owner"
vendor = "kyusys"
"""
CHANGES: dict[str, dict[tuple[str, str], object]] = {  # area → (group, item) → what the made-up workbook says
    "inkan": {
        ("toroku", "登録氏名"): {"length": 200},
        ("haishi", "届出人区分"): None,
        ("toroku", "登録証_交付年月日"): {"name": "登録証_発行年月日"},
        ("inei", "印影_解像度"): Item("印影_解像度", "ineikaizodo", ItemType.INTEGER, 4),
    },
    "kaigo": {
        ("futan", "給付額減額フラグ"): None,
        ("shikaku", "住所地特例_施設名"): {"length": 120},
        ("nintei", "介護認定審査会年月日"): {"name": "審査会開催年月日"},
    },
}
LOST_CODES = {"inkan": ("203", "7"), "kaigo": ("833", "9")}
TOUCHED = {  # area → file, place, what, and words of what is to be done
    "inkan": [
        ("inkan/legacy/tasys/codes/moji.csv", "G", "氏名のカタカナ表記", "コード 203 の値「7」が削除になります"),
        ("inkan/legacy/tasys/haishi.csv", "8行", "届出人区分", "項目がなくなります"),
        ("inkan/legacy/tasys/inei.csv", "", "印影_解像度", "項目が増えます"),
        ("inkan/legacy/tasys/toroku.csv", "10行", "登録証_交付年月日", "「登録証_発行年月日」に変わります"),
        ("inkan/legacy/tasys/toroku.csv", "8行", "登録氏名", "桁数が「100」から「200」に変わります"),
        ("inkan/rules.toml", "[[rule]] INK-08", "登録印の氏名と現在の氏名", "桁数が「100」から「200」に変わります"),
    ],
    "kaigo": [
        ("kaigo/legacy/kyusys/codes/soshitsu_jiyu.csv", "29", "その他", "コード 833 の値「9」が削除になります"),
        ("kaigo/legacy/kyusys/futan.csv", "9行", "給付額減額フラグ", "項目がなくなります"),
        ("kaigo/legacy/kyusys/nintei.csv", "10行", "介護認定審査会年月日", "「審査会開催年月日」に変わります"),
        ("kaigo/legacy/kyusys/shikaku.csv", "15行", "住所地特例_施設名", "桁数が「50」から「120」に変わります"),
        ("kaigo/rules.toml", "[[rule]] KAI-13", "", "「審査会開催年月日」に変わります"),
    ],
}
FAULTS = {  # area → what `ikou mapping check` names once the version is chosen: file, place
    "inkan": [
        ("inkan/legacy/tasys/codes/moji.csv", "G standard"),
        ("inkan/legacy/tasys/haishi.csv", "8行 item"),
        ("inkan/legacy/tasys/inei.csv", "印影_解像度"),
        ("inkan/legacy/tasys/toroku.csv", "10行 item"),
        ("inkan/legacy/tasys/toroku.csv", "登録証_発行年月日"),
    ],
    "kaigo": [
        ("kaigo/legacy/kyusys/codes/soshitsu_jiyu.csv", "29 standard"),
        ("kaigo/legacy/kyusys/futan.csv", "9行 item"),
        ("kaigo/legacy/kyusys/nintei.csv", "10行 item"),
        ("kaigo/legacy/kyusys/nintei.csv", "審査会開催年月日"),
        ("kaigo/rules.toml", "[[rule]] KAI-13 check"),
        ("kaigo/rules.toml", "[[rule]] KAI-13 item"),
    ],
}


def official(area: Area) -> dict[str, list[Item]]:
    """グループ名称 → the reference items with made-up official numbers and the changes."""
    numbers = iter(range(1, 1000))
    groups: dict[str, list[Item]] = {}
    for group in area.groups.values():
        items = []
        for item in group.items:
            change = CHANGES[area.id].get((group.id, item.name), {})
            if change is not None:
                number = f"{area.business_ids[0]}{next(numbers):05}"
                items.append(replace(item, id=number, **change))  # type: ignore[arg-type]
        for (name, _), new in CHANGES[area.id].items():
            if isinstance(new, Item) and name == group.id:
                items.append(replace(new, id=f"{area.business_ids[0]}{next(numbers):05}"))
        groups[group.name] = items
    return groups


def workbook(area: Area, path: Path) -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(OFFICIAL_HEADINGS)
    for name, items in official(area).items():
        for item in items:
            sheet.append(_item_cells(item, name, "")[: len(OFFICIAL_HEADINGS)])
    codes = book.create_sheet("コード")
    codes.append(OFFICIAL_CODE_HEADINGS)
    for one in area.code_lists.values():
        for value, meaning in one.values.items():
            if (one.id, value) != LOST_CODES[area.id]:
                codes.append([one.id, one.name, value, meaning])
    book.save(path)
    return path


@pytest.fixture
def town(tmp_path: Path) -> Path:
    (tmp_path / "mappings").mkdir()
    choose(tmp_path)
    return tmp_path


def choose(town: Path, *areas: str) -> None:
    """Write ikou.toml with the imported version of some areas."""
    layouts = "\n".join(f'{area} = "9.0"' for area in areas)
    (town / "ikou.toml").write_text(SETTINGS.format(layouts=layouts), encoding="utf-8")


def shipped(name: str) -> Area:
    return loading.load_area(name, [loading.shipped_folder()])


def told(said: Any) -> Any:
    return json.loads(said.out)


def short(file: str) -> str:
    return file.partition("mappings/")[2] or file


def check(ikou: Callable[..., Any], town: Path) -> list[tuple[str, str]]:
    """File and place of everything `ikou mapping check` finds."""
    faults = told(ikou("mapping", "check", "-w", town, "--json"))["faults"]
    return sorted((short(fault["file"]), fault["place"]) for fault in faults)


@pytest.mark.parametrize("name", CHANGES)
def test_the_workbook_takes_the_place_of_the_reference(name: str, town: Path, ikou: Callable[..., Any]) -> None:
    said = ikou("spec", "import", workbook(shipped(name), town / f"{name}【第9.0版】.xlsx"), "-w", town, "--json")
    assert said.code == 0, said.err
    assert check(ikou, town) == []  # nothing changes before the version is chosen
    listed = {row["area"]: row for row in told(ikou("spec", "list", "-w", town, "--json"))}
    assert (listed[name]["official"], listed[name]["imported"]) == (0, ["9.0"])
    choose(town, name)
    row = {row["area"]: row for row in told(ikou("spec", "list", "-w", town, "--json"))}[name]
    added = sum(isinstance(change, Item) for change in CHANGES[name].values())
    removed = sum(change is None for change in CHANGES[name].values())
    items = sum(len(group.items) for group in shipped(name).groups.values())
    assert (row["official"], row["observed"], row["reference"]) == (items + added - removed, 0, 0)
    layout = loading.load_area(name, [loading.shipped_folder(), town / "mappings"], "9.0")
    official = [item for group in layout.groups.values() for item in group.items]
    assert {item.status for item in official} == {Status.OFFICIAL}
    assert all(item.id.startswith(layout.business_ids[0]) for item in official)


@pytest.mark.parametrize("name", CHANGES)
def test_what_needs_a_hand_is_told_and_nothing_else(name: str, town: Path, ikou: Callable[..., Any]) -> None:
    """Maps of the town's vendor, code maps, rules; not another vendor's maps, nor items that only got a number."""
    ikou("spec", "import", workbook(shipped(name), town / f"{name}【第9.0版】.xlsx"), "-w", town)
    said = ikou("spec", "diff", name, "9.0", "-w", town, "--json")
    assert said.code == 1
    touched = sorted((short(one["file"]), one["place"], one["what"], one["effect"]) for one in told(said)["touched"])
    assert len(touched) == len(TOUCHED[name]), touched
    for found, (file, place, what, words) in zip(touched, TOUCHED[name], strict=True):
        assert found[:2] == (file, place)
        assert what in found[2]
        assert words in found[3]
    shown = ikou("spec", "diff", name, "9.0", "-w", town).out
    assert "公式のデータ項目IDが付いた項目: " in shown
    assert f"見直しの要る所（{len(touched)}か所）" in shown.replace("\n", "")
    choose(town, name)
    assert check(ikou, town) == FAULTS[name]


def rewrite(town: Path, path: str, lines: Callable[[list[str]], Iterable[str]]) -> None:
    """The town's own copy of a shipped file, with other lines."""
    text = (loading.shipped_folder() / path).read_text(encoding="utf-8")
    own = town / "mappings" / path
    own.parent.mkdir(parents=True, exist_ok=True)
    own.write_text("\n".join(lines(text.splitlines())) + "\n", encoding="utf-8")


def without(sign: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [line for line in lines if not line.startswith(sign)]


def instead(old: str, new: str) -> Callable[[list[str]], list[str]]:
    return lambda lines: [line.replace(old, new) for line in lines]


def test_after_the_hand_everything_fits_again(town: Path, ikou: Callable[..., Any]) -> None:
    for name in CHANGES:
        ikou("spec", "import", workbook(shipped(name), town / f"{name}【第9.0版】.xlsx"), "-w", town)
    choose(town, *CHANGES)
    assert check(ikou, town) == sorted(FAULTS["inkan"] + FAULTS["kaigo"])
    seal, care = "inkan/legacy/tasys", "kaigo/legacy/kyusys"
    rewrite(town, f"{seal}/toroku.csv", instead("登録証_交付年月日", "登録証_発行年月日"))
    rewrite(town, f"{seal}/haishi.csv", without("届出人区分,"))
    rewrite(town, f"{seal}/inei.csv", lambda lines: [*lines, "印影_解像度,,,,,現行になし"])
    rewrite(town, f"{seal}/codes/moji.csv", without("G,"))
    rewrite(town, f"{seal}/ignored.csv", lambda lines: [*lines, "inkan,廃止_届出人,標準の項目がなくなった（9.0版）"])
    rewrite(town, f"{care}/nintei.csv", instead("介護認定審査会年月日", "審査会開催年月日"))
    rewrite(town, f"{care}/futan.csv", without("給付額減額フラグ,"))
    rewrite(town, f"{care}/codes/soshitsu_jiyu.csv", without("29,"))
    rewrite(town, f"{care}/ignored.csv", lambda lines: [*lines, "futan,減額区分,標準の項目がなくなった（9.0版）"])
    rewrite(town, "kaigo/rules.toml", instead("介護認定審査会年月日", "審査会開催年月日"))
    assert check(ikou, town) == []
