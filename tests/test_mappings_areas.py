"""Reading and checking the files of areas: a small sound area, and what each fault in it is told as."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from mappings import checking, loading
from mappings.errors import Fault, MappingError
from mappings.layout import ItemType, Requirement, Status
from mappings.legacy_source import ColumnMap, Transform

TRANSFORMS = {"trim", "date"}
LAYOUT = (
    "データ項目,データ項目（ローマ字）,グループ_名称,グループ_主キー,グループ_外部キー,"
    "データ型,桁数,コード,データ出力条件,不詳日"
)
FILES = {
    "shared/secret_items.csv": "item,reason\n個人番号,番号法\n",
    "shared/parameters.csv": "name,from,to,value,basis\n成年,2022-04-01,,18,民法\n",
    "juki/area.toml": """
        id = "juki"
        title = "住民"
        order = 2
        department = "住民課"
        business_ids = ["001"]
        layout_version = "1.0"
    """,
    "juki/standard/hito.csv": f"""
        {LAYOUT}
        宛名番号,atenabango,人,○,,X,15,,必須,
        個人番号,kojinbango,人,,,X,12,,任意,
        氏名,shimei,人,,,Ｎ,100,,必須,
        性別,seibetsu,人,,,X,1,1,任意,
        世帯番号,setaibango,人,,setai.世帯番号,X,15,,,
        生年月日,seinengappi,人,,,DATE,10,,条件付き必須,○
        年税額,nenzeigaku,人,,,9V,"10,2",,,
        予備,yobi,人,,,X,1,,,
    """,
    "juki/standard/setai.csv": f"""
        {LAYOUT}
        世帯番号,setaibango,世帯,○,,X,15,,必須,
        世帯員数,setaiinsu,世帯,,,9,3,,,
    """,
    "juki/standard/codes.csv": """
        コードID,コード名,コード値,コード値の内容
        1,性別,1,男
        ,,2,女
        999,自治体固有コード,任意,任意
    """,
    "juki/rules.toml": """
        [[rule]]
        id = "JUK-01"
        severity = "E"
        kind = "現行潜在誤り"
        title = "世帯がない"
        table = "hito"
        item = "世帯番号"
        message = "世帯 {世帯番号} がありません"
        check = "exists(s) and age(生年月日, as_of()) >= parameter('成年')"
        where = "世帯番号 is not empty"
        [[rule.lookup]]
        alias = "s"
        table = "setai"
        on = [["世帯番号", "世帯番号"]]
        [[rule]]
        id = "JUK-02"
        severity = "W"
        kind = "移行差異"
        title = "世帯員数"
        table = "hito"
        message = "世帯 {世帯番号} の人数が {s.世帯員数} ではありません"
        by = ["世帯番号"]
        check = "count() = number(s.世帯員数)"
        [[rule.lookup]]
        alias = "s"
        table = "setai"
        on = [["世帯番号", "世帯番号"]]
        [[total]]
        id = "jinko"
        title = "人口"
        table = "hito"
        value = "count()"
        by = ["性別"]
    """,
    "juki/legacy/old/source.toml": """
        title = "旧システム"
        [tables.jumin]
        files = ["juki/jumin*.csv"]
        reader = "csv"
        encoding = "cp932"
        key = ["番号"]
        blanks = ["0000"]
        [tables.setai]
        files = ["juki/setai.txt"]
        reader = "fixed"
        encoding = "cp932"
        record_length = 20
        newline = "crlf"
        [groups.hito]
        tables = ["jumin"]
        filters = [{ id = "F1", when = "区分 = '9'", reason = "試験用の記録" }]
        lookups = [{ alias = "世", table = "setai", on = [["世帯", "番号"]], where = "状態 <> '0'" }]
        [groups.setai]
        tables = ["setai"]
    """,
    "juki/legacy/old/columns/jumin.csv": """
        name,secret
        番号,
        個番,○
        氏,
        名,
        性,
        世帯,
        生年月日,
        税,
        区分,
        作業欄,
    """,
    "juki/legacy/old/columns/setai.csv": """
        name,start,length,kind
        番号,0,10,text
        員数,10,3,zoned
        状態,13,1,text
        予備,14,6,text
    """,
    "juki/legacy/old/hito.csv": """
        item,from,transform,codes,default,note
        宛名番号,番号,trim,,,
        個人番号,個番,,,,
        氏名,氏+名,trim,,,
        性別,性,,sei,,
        世帯番号,世.番号|世帯,,,,
        生年月日,生年月日,trim date:wareki,,,
        年税額,税,,,0,
        予備,,,,,使わない
    """,
    "juki/legacy/old/setai.csv": """
        item,from
        世帯番号,番号
        世帯員数,員数
    """,
    "juki/legacy/old/ignored.csv": """
        table,column,reason
        jumin,作業欄,画面の作業用
        setai,予備,空き領域
    """,
    "juki/legacy/old/codes/sei.csv": """
        # list=1
        legacy,standard,meaning,confirmed,reviewer
        1,1,男,○,山田
        3,2,女,,
    """,
    "juki/legacy/old/gaiji.csv": """
        code,text,mj,confirmed
        U+E000,𠮷,MJ032129,○
        U+E001,,,
    """,
}


def write(root: Path, files: dict[str, str]) -> None:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [line.strip() for line in text.strip().splitlines()]
        path.write_text("\n".join(lines) + "\n", encoding="utf-8")


@pytest.fixture
def root(tmp_path: Path) -> Path:
    write(tmp_path / "shipped", FILES)
    return tmp_path / "shipped"


def check(root: Path, *more: Path) -> list[Fault]:
    folders = [root, *more]
    known = {parameter.name for parameter in loading.parameters(folders)}
    areas = loading.load_areas(folders)
    return checking.check_areas(areas, TRANSFORMS, loading.secret_items(folders), known, elsewhere=())


def told(faults: list[Fault]) -> str:
    return "\n".join(map(str, faults))


def change(root: Path, name: str, old: str, new: str) -> None:
    text = (root / name).read_text(encoding="utf-8")
    assert old in text
    (root / name).write_text(text.replace(old, new), encoding="utf-8")


def test_the_small_area_is_read_as_written(root: Path) -> None:
    area = loading.load_area("juki", [root])
    assert (area.title, area.order, area.department, area.business_ids) == ("住民", 2, "住民課", ("001",))
    assert list(area.groups) == ["setai", "hito"]  # hito names setai by a foreign key
    hito = area.groups["hito"]
    assert (hito.name, hito.business_id, hito.version, hito.key) == ("人", "001", "1.0", ("宛名番号",))
    assert hito.item("氏名").type is ItemType.N
    assert (hito.item("年税額").length, hito.item("年税額").scale) == (10, 2)
    assert hito.item("性別").code == "001"
    assert hito.item("生年月日").unknown_date
    assert hito.item("生年月日").requirement is Requirement.CONDITIONAL
    assert hito.item("予備").requirement is Requirement.OPTIONAL
    assert hito.status is Status.REFERENCE
    assert area.code_lists["001"].values == {"1": "男", "2": "女"}
    assert area.code_lists["999"].free
    source = area.sources["old"]
    assert source.tables["jumin"].key == ("番号",)
    assert source.tables["jumin"].columns[1].secret
    assert source.tables["setai"].columns[1].kind == "zoned"
    assert source.groups["hito"].columns[2] == ColumnMap("氏名", ("氏", "名"), "join", (Transform("trim"),), line=4)
    assert source.groups["hito"].columns[4].combine == "first"
    assert source.groups["hito"].columns[5].transforms == (Transform("trim"), Transform("date", "wareki"))
    assert source.codes["sei"].code_list == "001"
    assert [entry.confirmed for entry in source.codes["sei"].entries.values()] == [True, False]
    assert source.gaiji.characters == {"\ue000": "𠮷"}  # the unconfirmed one stays a finding
    assert area.totals[0].unit == "件"
    assert area.rules[0].department == "住民課"
    assert {path.relative_to(root).as_posix() for path in area.files} == set(FILES) - {
        "shared/secret_items.csv",
        "shared/parameters.csv",
    }


def test_the_small_area_is_sound(root: Path) -> None:
    assert told(check(root)) == ""


def test_areas_come_in_their_order(root: Path) -> None:
    for name, order in (("ato", 9), ("mae", 1)):
        head = f'title = "{name}"\norder = {order}\ndepartment = "課"\nbusiness_ids = ["00{order}"]'
        layout = f"{LAYOUT}\n番号,bango,表,○,,X,1,,,\n"
        write(root, {f"{name}/area.toml": head, f"{name}/standard/hyo.csv": layout})
    assert list(loading.load_areas([root])) == ["mae", "juki", "ato"]
    assert loading.area_ids([root]) == ["ato", "juki", "mae"]


def test_a_towns_file_replaces_the_shipped_one(root: Path, tmp_path: Path) -> None:
    town = tmp_path / "town"
    write(town, {"juki/legacy/old/codes/sei.csv": "# list=1\nlegacy,standard,meaning,confirmed\n5,2,女,○"})
    area = loading.load_area("juki", [root, town])
    assert list(area.sources["old"].codes["sei"].entries) == ["5"]
    assert town / "juki/legacy/old/codes/sei.csv" in area.files
    assert root / "juki/legacy/old/codes/sei.csv" not in area.files
    assert len(area.groups) == 2


def test_a_version_is_read_from_its_own_folder(root: Path, tmp_path: Path) -> None:
    town = tmp_path / "town"
    write(town, {"juki/standard@2.0/hito.csv": f"{LAYOUT}\n宛名番号,atenabango,人,○,,X,20,,必須,\n"})
    area = loading.load_area("juki", [root, town], "2.0")
    assert area.layout_version == "2.0"
    assert list(area.groups) == ["hito"]
    assert area.groups["hito"].item("宛名番号").length == 20
    with pytest.raises(MappingError, match=r"版「2\.1」がありません → 「2\.0」ではありませんか"):
        loading.load_area("juki", [root, town], "2.1")


def _append(text: str) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")

    return act


def _bytes(data: bytes) -> Callable[[Path], None]:
    def act(path: Path) -> None:
        path.write_bytes(data)

    return act


def _folder(path: Path) -> None:
    path.unlink()
    path.mkdir()


@pytest.mark.parametrize(
    ("file", "act", "expected"),
    [
        (
            "juki/standard/hito.csv",
            _bytes("データ項目,桁\n氏名".encode("cp932")),
            "1行: 文字コードがUTF-8ではありません",
        ),
        ("juki/standard/hito.csv", _bytes(b""), "1行: 見出しの行がありません"),
        ("juki/standard/hito.csv", _append("電話\n"), "10行: 列が10個のはずですが1個あります"),
        ("juki/standard/hito.csv", _append('"電話'), '引用符 " が閉じていないため読めません'),
        ("juki/standard/hito.csv", _append("氏名,x1,人,,,X,1,,,\n"), "データ項目「氏名」が4行にもあります"),
        ("juki/standard/hito.csv", _append("電話,TEL,人,,,X,1,,,\n"), "10行 データ項目（ローマ字）: ローマ字「TEL」"),
        ("juki/standard/hito.csv", _append("電話,tel,人,,,DATA,1,,,\n"), "データ型「DATA」は使えません → 「DATE」では"),
        ("juki/standard/hito.csv", _append("電話,tel,人,,,X,一,,,\n"), "10行 桁数: 桁数「一」を読めません"),
        ("juki/standard/hito.csv", _append("電話,tel,人,×,,X,1,,,\n"), "10行 グループ_主キー: 「×」は使えません"),
        (
            "juki/standard/hito.csv",
            _append("電話,tel,人,,,X,1,,条件付必須,\n"),
            "「条件付必須」は使えません → 「条件付き必須」",
        ),
        (
            "juki/standard/hito.csv",
            _append("電話,tel,人,,a.b.c.d,X,1,,,\n"),
            "グループ_外部キー: 「a.b.c.d」は使えません",
        ),
        ("juki/standard/hito.csv", _append("電話,tel,人,,,X,1,,,○\n"), "不詳日は日付の項目だけに付けられます（X）"),
        ("juki/standard/hito.csv", _folder, "ファイルのはずの所にフォルダーがあります"),
        ("juki/standard/codes.csv", _append("1,性別,1,男\n"), "5行 コード値: コード001の値「1」が2回あります"),
        ("juki/area.toml", _append("titel = 1\n"), "titel: この項目は使えません → 「title」ではありませんか"),
        ("juki/area.toml", _append("= 1\n"), "TOMLとして読めません（名前の始まりが正しくない）"),
        ("juki/area.toml", _append('id = "x"\n'), "TOMLとして読めません（同じ名前が2回ある）"),
        (
            "juki/rules.toml",
            _append('[[rule]]\nid = "JUK-01"\nseverity = "X"\n'),
            "severity: 「X」は使えません → 使えるのは E、I、W",
        ),
        ("juki/rules.toml", _append('[[rule]]\nid = "JUK-01"\n'), "[[rule]] JUK-01: 番号「JUK-01」が2回あります"),
        ("juki/rules.toml", _append("[[rule]]\nid = 3\n"), "[[rule]] 3 id: 値の種類が違います"),
        (
            "juki/rules.toml",
            _append('[[rule]]\nid = "R"\ncheck = "a =="\n'),
            "条件式「a ==」の3文字目: 「==」は使えません",
        ),
        ("juki/legacy/old/source.toml", _append("[tables.x]\n"), "columns/x.csv がありません"),
        (
            "juki/legacy/old/source.toml",
            _append("[tabels.x]\n"),
            "tabels: この項目は使えません → 「tables」ではありませんか",
        ),
        ("juki/legacy/old/source.toml", Path.unlink, "source.toml がありません"),
        ("juki/legacy/old/columns/jumin.csv", _append("氏,\n"), "12行 name: 列「氏」が2回あります"),
        ("juki/legacy/old/columns/setai.csv", _append("x,,1,text\n"), "6行 start: 「」はバイト数ではありません"),
        ("juki/legacy/old/columns/setai.csv", _append("x,1,1,zone\n"), "6行 kind: 「zone」は使えません → 「zoned」"),
        (
            "juki/legacy/old/hito.csv",
            _append("電話,氏|名+性,,,,\n"),
            "10行 from: 「氏|名+性」は | と + が混ざっています",
        ),
        ("juki/legacy/old/hito.csv", _append("氏名,氏,,,,\n"), "10行 item: 項目「氏名」が4行にもあります"),
        (
            "juki/legacy/old/ignored.csv",
            _append("jumin,区分,\n"),
            "4行 reason: 「jumin」の「区分」を移行しない理由がありません",
        ),
        ("juki/legacy/old/codes/sei.csv", _append("1,2,女,,\n"), "5行 legacy: 現行コード「1」が2回あります"),
        ("juki/legacy/old/codes/sei.csv", _append(",2,女,,\n"), "5行 legacy: 現行コードが空です"),
        ("juki/legacy/old/gaiji.csv", _append("E9999999,x,,○\n"), "4行 code: 「E9999999」は外字の番号ではありません"),
        ("juki/legacy/old/gaiji.csv", _append("U+E001,,,○\n"), "4行 code: 「U+E001」が2回あります"),
        ("juki/legacy/old/gaiji.csv", _append("U+0041,B,,○\n"), "4行 code: 「U+0041」は外字の番号ではありません"),
        ("juki/legacy/old/gaiji.csv", _append("U+E002,,,○\n"), "4行 text: 確認済みなのに同定した文字がありません"),
    ],
)
def test_a_fault_in_a_file_is_told_with_its_place(
    root: Path, file: str, act: Callable[[Path], None], expected: str
) -> None:
    act(root / file)
    with pytest.raises(MappingError) as caught:
        loading.load_areas([root])
    assert expected in str(caught.value)


def test_all_faults_of_all_areas_come_at_once(root: Path) -> None:
    write(root, {"zei/area.toml": 'title = "税"'})
    change(root, "juki/legacy/old/hito.csv", "from", "form")
    (root / "memo").mkdir()
    with pytest.raises(MappingError) as caught:
        loading.load_areas([root])
    text = str(caught.value)
    assert "hito.csv 1行: 見出し「form」は使えません → 「from」ではありませんか" in text
    assert "hito.csv 1行: 見出し「from」の列がありません" in text
    assert "zei/area.toml order: 書かれていません" in text
    assert "zei/area.toml department: 書かれていません" in text
    assert "memo/area.toml: 業務のフォルダーに area.toml がありません" in text
    assert len(caught.value.faults) == len(set(caught.value.faults))


@pytest.mark.parametrize("file", ["juki/area.toml", "juki/rules.toml", "juki/legacy/old/source.toml"])
def test_an_unreadable_file_is_one_fault_and_not_many(root: Path, file: str) -> None:
    _append("題名 = 1\n")(root / file)
    with pytest.raises(MappingError) as caught:
        loading.load_areas([root])
    assert len(caught.value.faults) == 1
    assert '日本語の名前は " で囲んでください' in str(caught.value)


def test_bom_and_windows_newlines_are_read(root: Path) -> None:
    path = root / "juki/standard/setai.csv"
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes().replace(b"\n", b"\r\n"))
    assert loading.load_area("juki", [root]).groups["setai"].key == ("世帯番号",)


def test_a_line_number_counts_lines_inside_quotes(root: Path) -> None:
    path = root / "juki/standard/setai.csv"
    path.write_text(
        f'{LAYOUT}\n世帯番号,setaibango,"世\n帯",○,,X,15,,必須,\n員数,inzu,世帯,,,Z,1,,,\n', encoding="utf-8"
    )
    with pytest.raises(MappingError, match="4行 データ型: データ型「Z」は使えません"):
        loading.load_area("juki", [root])


def test_parts_of_a_vendor_may_be_absent(root: Path) -> None:
    (root / "juki/legacy/old/gaiji.csv").unlink()
    assert told(check(root)) == ""
    (root / "juki/rules.toml").unlink()
    assert loading.load_area("juki", [root]).rules == ()


def test_an_unknown_area_is_told_with_the_nearest(root: Path) -> None:
    with pytest.raises(MappingError, match="業務「juki2」がありません → 「juki」ではありませんか"):
        loading.load_area("juki2", [root])


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("成年,2020-01-01,2022-04-01,20,民法", "「成年」の期間が前の行と重なっています"),
        ("成年,2020/01/01,2022-03-31,20,民法", "「2020/01/01」は日付ではありません"),
        ("成年,2022-03-31,2020-01-01,20,民法", "終わり 2020-01-01 が始まり 2022-03-31 より前です"),
        (",2020-01-01,2022-03-31,20,民法", "名前か値がありません"),
    ],
)
def test_a_dated_parameter_has_one_value_a_day(root: Path, line: str, expected: str) -> None:
    _append(f"{line}\n")(root / "shared/parameters.csv")
    with pytest.raises(MappingError, match=expected):
        loading.parameters([root])


def test_secret_items_must_be_known(root: Path) -> None:
    assert loading.secret_items([root]) == {"個人番号"}
    (root / "shared/secret_items.csv").unlink()
    with pytest.raises(MappingError, match=r"secret_items\.csv がありません"):
        loading.secret_items([root])


JUKI = "juki/legacy/old/"


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        ("juki/standard/hito.csv", "atenabango,人,○", "atenabango,人,", "主キーの項目がありません"),
        ("juki/standard/hito.csv", "X,1,1,任意", "X,1,7,任意", "性別 コード: コード一覧 007 が codes.csv にありません"),
        ("juki/standard/hito.csv", "setai.世帯番号", "setia.世帯番号", "グループ「setia」がありません → 「setai」では"),
        ("juki/standard/hito.csv", "setai.世帯番号", "setai.世帯", "に項目「世帯」がありません → 「世帯番号」では"),
        ("juki/standard/hito.csv", "setai.世帯番号", "zei.setai.世帯番号", "業務「zei」がありません"),
        ("juki/standard/hito.csv", "予備,yobi", "電話,denwa", "標準の項目「予備」がありません"),
        ("juki/standard/hito.csv", "予備,yobi", "電話,denwa", "hito.csv 電話: 標準の項目「電話」の行がありません"),
        ("juki/standard/codes.csv", ",,2,女", ",,3,女", "「3」の行き先「2」はコード 001 性別 にありません"),
        (JUKI + "codes/sei.csv", "# list=1", "# list=8", "コード一覧 008 が標準レイアウトにありません"),
        (JUKI + "codes/sei.csv", "# list=1", "# list=999", "「性別」はコード 001 ですが、「sei」はコード 999 用です"),
        (JUKI + "codes/sei.csv", "3,2,女", "3,,女", "「3」の行き先がありません"),
        (JUKI + "hito.csv", "年税額,税", "年税額,税額", "8行 from: 「税額」という項目はありません → 「税」では"),
        (JUKI + "hito.csv", "世.番号", "帯.番号", "6行 from: 参照の別名「帯」がありません"),
        (JUKI + "hito.csv", "date:", "data:", "7行 transform: 変換「data」はありません → 「date」では"),
        (
            JUKI + "hito.csv",
            ",sei,",
            ",seibetsu,",
            "5行 codes: コード変換「seibetsu」（codes/seibetsu.csv）がありません",
        ),
        (
            JUKI + "hito.csv",
            "性別,性,,sei,,",
            "性別,性,,sei,9,",
            "5行 default: 既定値「9」はコード 001 性別 にありません",
        ),
        (JUKI + "hito.csv", ",使わない", ",", "9行 note: 「予備」に何も入らない理由がありません"),
        (JUKI + "hito.csv", "予備,,,", "予備,,trim,", "9行 from: 「予備」は元の列がないのに変換があります"),
        (JUKI + "hito.csv", "氏+名", "氏", "columns/jumin.csv 名: 列「名」の行き先がありません"),
        (JUKI + "hito.csv", "氏+名", "氏+個番", "4行 from: 個人番号の列「個番」が「氏名」に入ります"),
        (JUKI + "columns/jumin.csv", "個番,○", "個番,", "3行 from: 「個番」は個人番号の列と印されていません"),
        (JUKI + "columns/setai.csv", "員数,10,3", "員数,9,3", "員数: 列「番号」と重なっています（9バイト目から）"),
        (
            JUKI + "columns/setai.csv",
            "予備,14,6",
            "予備,14,7",
            "予備: 終わり（21バイト）がレコード長 20 バイトを越えています",
        ),
        (JUKI + "columns/setai.csv", "状態,13,1", "状態,13,0", "状態: 長さが0バイトです"),
        (JUKI + "ignored.csv", "jumin,作業欄", "jumin,作業", "jumin 作業: 列「作業」がありません → 「作業欄」では"),
        (JUKI + "ignored.csv", "setai,予備", "setia,予備", "テーブル「setia」がありません → 「setai」では"),
        (JUKI + "ignored.csv", "jumin,作業欄", "jumin,氏", "移行しないはずの列「氏」が項目対応で使われています"),
        (JUKI + "source.toml", 'key = ["番号"]', 'key = ["番"]', "[tables.jumin] key: 列「番」がありません"),
        (
            JUKI + "source.toml",
            'tables = ["jumin"]',
            'tables = ["jumn"]',
            "tables: テーブル「jumn」がありません → 「jumin」",
        ),
        (
            JUKI + "source.toml",
            'tables = ["jumin"]',
            'tables = ["jumin", "setai"]',
            "「jumin」と「setai」の列が違います",
        ),
        (
            JUKI + "source.toml",
            "区分 = '9'",
            "区部 = '9'",
            "[[filters]] F1 when: 「区部」という項目はありません → 「区分」",
        ),
        (JUKI + "source.toml", "区分 = '9'", "count() = 9", "集計 count はここでは使えません"),
        (
            JUKI + "source.toml",
            '[["世帯", "番号"]]',
            '[["世帯", "番"]]',
            "[[lookups]] 世 on: 「番」という項目はありません",
        ),
        (
            JUKI + "source.toml",
            '[["世帯", "番号"]]',
            '[["帯", "番号"]]',
            "[[lookups]] 世 on: 「帯」という項目はありません",
        ),
        (JUKI + "source.toml", "状態 <> '0'", "氏 <> '0'", "[[lookups]] 世 where: 「氏」という項目はありません"),
        (
            "juki/rules.toml",
            'table = "hito"\nitem',
            'table = "hitto"\nitem',
            "table: グループ「hitto」がありません → 「hito」",
        ),
        (
            "juki/rules.toml",
            'item = "世帯番号"',
            'item = "世帯"',
            "[[rule]] JUK-01 item: 「世帯」という項目はありません",
        ),
        ("juki/rules.toml", "exists(s)", "exists(t)", "[[rule]] JUK-01 check: 参照の別名「t」がありません"),
        (
            "juki/rules.toml",
            "parameter('成年')",
            "parameter('成人')",
            "年度別の値「成人」が shared/parameters.csv にありません",
        ),
        (
            "juki/rules.toml",
            'where = "世帯番号',
            'where = "count() > 1 and 世帯番号',
            "where: 集計 count はここでは使えません",
        ),
        ("juki/rules.toml", "世帯 {世帯番号} が", "世帯 {世帯} が", "message: 「世帯」という項目はありません"),
        ("juki/rules.toml", "世帯 {世帯番号} が", "{個人番号} が", "「個人番号」は個人番号なので文面に出せません"),
        ("juki/rules.toml", 'by = ["世帯番号"]\n', "", "[[rule]] JUK-02 check: 集計 count はここでは使えません"),
        ("juki/rules.toml", "count() = number(", "count() = number(世帯番号) + number(", ""),
        ("juki/rules.toml", "count() = number(", "count() = number(氏名) + number(", "「氏名」は by にないので1つに"),
        ("juki/rules.toml", "count() = number(", "1 = number(", "by があるのに集計がありません"),
        ("juki/rules.toml", "count() = number(", "prev(性別) = number(", "prev はここでは使えません"),
        ("juki/rules.toml", "count() = number(", "sum(count()) = number(", "集計 sum の中に集計があります"),
        (
            "juki/rules.toml",
            'value = "count()"',
            'value = "number(性別)"',
            "[[total]] jinko value: 合計が集計になっていません",
        ),
        (
            "juki/rules.toml",
            'by = ["性別"]',
            'by = ["性"]',
            "[[total]] jinko by: 「性」という項目はありません → 「性別」",
        ),
    ],
)
def test_what_does_not_fit_together_is_told(root: Path, file: str, old: str, new: str, expected: str) -> None:
    change(root, file, old, new)
    faults = check(root)
    assert expected in told(faults)
    assert bool(faults) == bool(expected)


def test_a_whole_table_may_be_ignored(root: Path) -> None:
    add = '[tables.log]\nfiles = ["log.csv"]\nreader = "csv"\nencoding = "utf-8"\n'
    _append(add)(root / JUKI / "source.toml")
    write(root, {JUKI + "columns/log.csv": "name\n日時\n利用者"})
    assert [fault.place for fault in check(root)] == ["日時", "利用者"]
    _append("log,*,操作記録は移行しない\n")(root / JUKI / "ignored.csv")
    assert check(root) == []


def test_split_columns_are_names_of_their_own(root: Path) -> None:
    split = 'split = { number = "期", columns = { "期税額" = ["税", "区分"] } }\n'
    change(root, JUKI + "source.toml", 'tables = ["jumin"]\n', f'tables = ["jumin"]\n{split}')
    change(root, JUKI + "hito.csv", "年税額,税", "年税額,期税額")
    change(root, JUKI + "hito.csv", "予備,,", "予備,期,")
    assert told(check(root)) == ""
    change(root, JUKI + "source.toml", '["税", "区分"]', '["税", "税2"]')
    assert "split 期税額: 「税2」という項目はありません" in told(check(root))


def test_areas_that_are_not_loaded_are_not_judged_unless_asked(root: Path) -> None:
    change(root, "juki/standard/hito.csv", "setai.世帯番号", "zei.setai.世帯番号")
    areas = loading.load_areas([root])
    assert checking.check_areas(areas, TRANSFORMS) == []
    assert checking.check_areas(areas, TRANSFORMS, elsewhere=["zei"]) == []
    assert len(checking.check_areas(areas, TRANSFORMS, elsewhere=[])) == 1
    assert checking.check_areas(areas, TRANSFORMS, elsewhere=[], only=["zei"]) == []


def test_shipped_areas_are_sound() -> None:
    from migration.transforms import TRANSFORMS as shipped

    folders = [loading.shipped_folder()]
    known = {parameter.name for parameter in loading.parameters(folders)}
    areas = loading.load_areas(folders)
    assert areas
    assert told(checking.check_areas(areas, shipped, loading.secret_items(folders), known, elsewhere=())) == ""
