"""`ikou spec` and `ikou mapping` in a town's workspace: what they write, say and exit with."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from typer.testing import CliRunner, Result

from mappings import loading
from mappings.errors import InputError, MappingError, UserError
from mappings.layout import Group, Item, ItemType
from mappings.layout_files import OFFICIAL_CODE_HEADINGS, OFFICIAL_HEADINGS
from mappings.standard_writing import _item_cells
from migration.commands import mapping, spec

RUN = CliRunner()
BOOK = "031_住登外者宛名番号管理_基本データリスト【第9.0版】.xlsx"


@pytest.fixture
def town(tmp_path: Path) -> Path:
    settings = """
[municipality]
code = "000000"
name = "見本町"
[areas.jutogai]
role = "owner"
vendor = "kyusys"
"""
    (tmp_path / "mappings").mkdir()
    (tmp_path / "ikou.toml").write_text(settings, encoding="utf-8")
    return tmp_path


def shipped() -> Group:
    return loading.load_area("jutogai", [loading.shipped_folder()]).groups["atena"]


def changed_items() -> list[Item]:
    """The shipped items as a made-up next version: one longer, one renamed, one gone, one new."""
    items = {item.id: item for item in shipped().items}
    items["03100018"] = replace(items["03100018"], length=120)
    items["03100008"] = replace(items["03100008"], name="氏名_フリガナ", romaji="shimei_furigana")
    del items["03100029"]
    items["03100030"] = Item("通称", "tsusho", ItemType.N, 100, id="03100030")
    return list(items.values())


def make_book(path: Path, items: list[Item], group: str = "住登外者宛名基本情報") -> Path:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(OFFICIAL_HEADINGS)
    for item in items:
        sheet.append(_item_cells(item, group, "")[: len(OFFICIAL_HEADINGS)])
    codes = book.create_sheet("コード")
    codes.append(OFFICIAL_CODE_HEADINGS)
    for row in (
        [1, "性別", 1, "男"],
        [None, None, 2, "女性"],
        [2, "代表宛名フラグ", 0, "代表宛名"],
        [None, None, 1, "非代表宛名"],
    ):
        codes.append(row)
    codes.append([999, "自治体固有コード", "任意", "任意"])
    book.save(path)
    return path


def run(app: Any, *arguments: object) -> Result:
    result = RUN.invoke(app, list(map(str, arguments)))
    if result.exception and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def imported(town: Path, *more: object) -> dict[str, Any]:
    book = make_book(town / BOOK, changed_items())
    result = run(spec.app, "import", book, "--workspace", town, "--json", *more)
    assert result.exit_code == 0
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def test_import_writes_the_version_and_selects_nothing_by_itself(town: Path) -> None:
    found = imported(town)
    folder = town / "mappings/jutogai/standard@9.0"
    assert (found["area"], found["version"], found["folder"]) == ("jutogai", "9.0", str(folder))
    assert sorted(path.name for path in folder.iterdir()) == ["atena.csv", "codes.csv"]
    assert found["groups"] == {"atena": 29}
    assert found["setting"] == {"layouts": {"jutogai": "9.0"}}
    folders = [loading.shipped_folder(), town / "mappings"]
    assert loading.load_area("jutogai", folders).layout_version == "2.1"
    new = loading.load_area("jutogai", folders, "9.0").groups["atena"]
    assert new.item("住所_町字").length == 120
    assert new.item("生年月日").noncalendar  # kept: the workbook has no column for it
    assert new.item("通称").id == "03100030"
    assert not list(town.glob("mappings/jutogai/.*"))


def test_import_tells_what_changes_and_what_to_look_at(town: Path) -> None:
    found = imported(town)
    items = [
        (one["item"], one["kind"], one["attribute"], one["before"], one["after"]) for one in found["diff"]["items"]
    ]
    assert items == [
        ("操作時刻", "削除", "", "", ""),
        ("氏名_読み仮名", "名称変更", "データ項目", "氏名_読み仮名", "氏名_フリガナ"),
        ("氏名_読み仮名", "変更", "データ項目（ローマ字）", "shimei_yomigana", "shimei_furigana"),
        ("住所_町字", "変更", "桁数", "18", "120"),
        ("通称", "追加", "", "", "N 100 任意"),
    ]
    codes = [(one["group"], one["item"], one["kind"], one["before"], one["after"]) for one in found["diff"]["codes"]]
    assert codes == [("001", "0", "削除", "不明（未記入）", ""), ("001", "2", "変更", "女", "女性")]
    lines = (loading.shipped_folder() / "jutogai/legacy/kyusys/atena.csv").read_text(encoding="utf-8").splitlines()
    where = {line.split(",")[0]: f"{number}行" for number, line in enumerate(lines, start=1)}
    touched = {(one["place"], one["what"]): one["effect"] for one in found["touched"] if "atena.csv" in one["file"]}
    assert "項目がなくなります" in touched[where["操作時刻"], "操作時刻"]
    assert "「18」から「120」に変わります" in touched[where["住所_町字"], "住所_町字"]
    assert "項目が増えます" in touched["", "通称"]


def test_import_is_noted_and_does_not_overwrite_unasked(town: Path) -> None:
    imported(town)
    audit = [json.loads(line) for line in (town / "audit.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(entry["action"], entry["area"], entry["version"]) for entry in audit] == [
        ("spec import", "jutogai", "9.0")
    ]
    with pytest.raises(InputError, match="取り込み済みです。取り込み直すなら --replace"):
        imported(town)
    assert imported(town, "--replace")["version"] == "9.0"


def test_import_says_in_words_how_to_use_it(town: Path) -> None:
    result = run(spec.app, "import", make_book(town / BOOK, changed_items()), "--workspace", town)
    assert "1グループ、29項目" in result.stdout
    assert "[layouts]" in result.stdout
    assert 'jutogai = "9.0"' in result.stdout


@pytest.mark.parametrize(
    ("name", "arguments", "expected"),
    [
        ("031.xlsx", (), "版が分かりません。--version 3.0 のように"),
        (BOOK, ("--version", "../x"), "版「../x」は使えません"),
        (BOOK, ("--area", "jumin"), "このブックは業務ID 031 のもので、業務「jumin」のものではありません"),
        (BOOK, ("--area", "jutogay"), "業務「jutogay」がありません。「jutogai」ではありませんか"),
        (BOOK, ("--group", "人=Hito"), "--group「人=Hito」を読めません"),
    ],
)
def test_import_refuses_with_advice(town: Path, name: str, arguments: tuple[str, ...], expected: str) -> None:
    book = make_book(town / name, changed_items())
    with pytest.raises(UserError) as caught:
        run(spec.app, "import", book, "--workspace", town, *arguments)
    assert expected in str(caught.value)
    assert not (town / "mappings/jutogai").exists()


def test_an_unknown_business_id_is_refused(town: Path) -> None:
    items = [replace(item, id=f"777{item.id[3:]}") for item in changed_items()]
    with pytest.raises(InputError, match="業務ID 777 の業務がありません"):
        run(spec.app, "import", make_book(town / BOOK, items), "--workspace", town)


def test_a_new_group_gets_an_id_or_the_one_asked_for(town: Path) -> None:
    items = [replace(item, id=f"0319{item.id[4:]}") for item in changed_items()]
    book = make_book(town / BOOK, items, "別のグループ")
    run(spec.app, "import", book, "--workspace", town)
    assert (town / "mappings/jutogai/standard@9.0/g03190001.csv").exists()
    run(spec.app, "import", book, "--workspace", town, "--version", "9.1", "--group", "別のグループ=betsu")
    assert (town / "mappings/jutogai/standard@9.1/betsu.csv").exists()


def test_diff_of_versions(town: Path) -> None:
    found = imported(town)
    result = run(spec.app, "diff", "jutogai", "9.0", "--workspace", town, "--json")
    assert result.exit_code == 1
    told = json.loads(result.stdout)
    assert (told["from"], told["to"]) == ("2.1", "9.0")
    assert told["diff"] == found["diff"]
    assert told["touched"] == found["touched"]
    assert run(spec.app, "diff", "jutogai", "2.1", "--workspace", town).exit_code == 0
    with pytest.raises(MappingError, match="版「8」がありません"):
        run(spec.app, "diff", "jutogai", "8", "--workspace", town)


def test_list_and_show(town: Path) -> None:
    imported(town)
    rows = json.loads(run(spec.app, "list", "--area", "jutogai", "--workspace", town, "--json").stdout)
    assert rows == [
        {
            "area": "jutogai",
            "title": "住登外者宛名番号管理",
            "version": "2.1",
            "groups": 1,
            "items": 29,
            "official": 29,
            "observed": 0,
            "reference": 0,
            "code_lists": 3,
            "imported": ["9.0"],
        }
    ]
    shown = json.loads(run(spec.app, "show", "jutogai", "atena", "--workspace", town, "--json").stdout)
    assert [item["name"] for item in shown["groups"][0]["items"][:3]] == ["宛名番号", "個人番号", "氏名"]
    assert "宛名番号" in run(spec.app, "show", "jutogai", "atena", "--workspace", town).stdout
    with pytest.raises(InputError, match="グループ「atema」がありません。「atena」ではありませんか"):
        run(spec.app, "show", "jutogai", "atema", "--workspace", town)


def test_check_counts_what_it_looked_at(town: Path) -> None:
    result = run(mapping.app, "check", "--area", "jutogai", "--workspace", town, "--json")
    assert result.exit_code == 0
    told = json.loads(result.stdout)
    assert told["ok"]
    assert told["faults"] == []
    assert [(row["area"], row["groups"], row["map_lines"]) for row in told["areas"]] == [("jutogai", 1, 29)]
    assert "OK" in run(mapping.app, "check", "--area", "jutogai", "--workspace", town).stdout


def test_check_tells_the_faults_of_the_towns_own_files(town: Path) -> None:
    own = town / "mappings/jutogai/legacy/kyusys/atena.csv"
    own.parent.mkdir(parents=True)
    own.write_text("item,from,transform,codes,default,note\n宛名番号,宛名番后,trimm,,,\n", encoding="utf-8")
    result = run(mapping.app, "check", "--workspace", town, "--json")
    assert result.exit_code == 2
    faults = json.loads(result.stdout)["faults"]
    problems = [fault["problem"] for fault in faults if fault["file"].endswith("atena.csv")]
    assert problems[0] == "「宛名番后」という項目はありません"
    assert problems[1] == "変換「trimm」はありません"
    assert "標準の項目「氏名」の行がありません" in problems
    with pytest.raises(MappingError, match="宛名番后"):
        run(mapping.app, "check", "--workspace", town)


def test_check_tells_what_the_engine_cannot_carry_out(town: Path) -> None:
    shipped_source = loading.shipped_folder() / "jutogai/legacy/kyusys/source.toml"
    own = town / "mappings/jutogai/legacy/kyusys/source.toml"
    own.parent.mkdir(parents=True)
    text = shipped_source.read_text(encoding="utf-8")
    assert '"cp932"' in text
    own.write_text(text.replace('"cp932"', '"cp923"'), encoding="utf-8")
    faults = json.loads(run(mapping.app, "check", "--workspace", town, "--json").stdout)["faults"]
    assert [(fault["file"], fault["place"]) for fault in faults] == [
        ("jutogai/legacy/kyusys/source.toml", "[tables.jutogai]")
    ]
    assert "文字コード「cp923」は扱えません" in faults[0]["problem"]
    own.write_text(text.replace('reader = "csv"', 'reader = "cvs"'), encoding="utf-8")
    with pytest.raises(MappingError, match="読み方「cvs」は扱えません"):
        run(mapping.app, "check", "--workspace", town)


def test_differences_of_maps_are_told_by_meaning(town: Path, tmp_path: Path) -> None:
    shipped_map = loading.shipped_folder() / "jutogai/legacy/kyusys/atena.csv"
    old, new = tmp_path / "old", tmp_path / "new"
    lines = shipped_map.read_text(encoding="utf-8").splitlines()
    for folder, rows in ((old, lines), (new, [lines[0], *reversed(lines[1:])])):
        path = folder / "jutogai/legacy/kyusys/atena.csv"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    result = run(mapping.app, "diff", old, new, "--area", "jutogai")
    assert (result.exit_code, result.stdout.strip()) == (0, "違いはありません。")
    changed = [line for line in lines if not line.startswith("住所_郵便番号,")]
    path.write_text("\n".join([*changed, "住所_郵便番号,,,,,旧システムにない"]) + "\n", encoding="utf-8")
    result = run(mapping.app, "diff", old, new, "--area", "jutogai", "--json")
    assert result.exit_code == 1
    changes = json.loads(result.stdout)["areas"]["jutogai"]["maps"]
    assert [(one["part"], one["where"], one["what"], one["after"]) for one in changes] == [
        ("項目対応", "atena", "住所_郵便番号", "（なし）")
    ]


def test_without_a_workspace_the_shipped_definitions_are_shown(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    rows = json.loads(run(spec.app, "list", "--area", "jutogai", "--json").stdout)
    assert rows[0]["version"] == "2.1"
    with pytest.raises(InputError, match="作業領域ではありません"):
        run(spec.app, "list", "--workspace", tmp_path)
