"""Is everything here that should be? One delivery that is right, and each way it can be wrong."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest

from mappings.errors import UserError
from mappings.legacy_source import LegacyColumn, LegacyTable
from migration import receive as receiving
from migration.receive import FILES_SCHEMA, Received

COLUMNS = (LegacyColumn("番号", 0, 3), LegacyColumn("氏名", 3, 6))
JUKI = LegacyTable("juki", "住民", ("jumin/juki*.csv",), "csv", "cp932", COLUMNS)
KOTEI = LegacyTable("kotei", "固定", ("zei/*.dat",), "fixed", "cp932", COLUMNS, record_length=9)
TABLES = [("jumin", JUKI), ("zei", KOTEI)]
CSV = "番号,氏名\r\n001,山田\r\n002,表\r\n".encode("cp932")
DAT = "001山田  002表    ".encode("cp932")
GOOD = {"jumin/juki.csv": (CSV, "jumin", "juki", 2), "zei/a.dat": (DAT, "zei", "kotei", 2)}
HEADING = "file,area,table,as_of,records,bytes,sha256"


def receive(delivery: Path, tables: Sequence[tuple[str, LegacyTable]], before: pl.DataFrame | None = None) -> Received:
    return receiving.receive(delivery, tables, delivery.with_name("unpacked"), before)


def line(path: str, data: bytes, area: str, table: str, records: int, as_of: str = "2026-01-31") -> str:
    return f"{path},{area},{table},{as_of},{records},{len(data)},{hashlib.sha256(data).hexdigest()}"


def deliver(
    folder: Path, files: Mapping[str, tuple[bytes, str, str, int]] = GOOD, lines: list[str] | None = None
) -> Path:
    """A delivery of these files; its manifest tells the truth unless `lines` are given."""
    for path, (data, *_) in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    told = lines if lines is not None else [line(path, *rest) for path, rest in files.items()]
    (folder / "manifest.csv").write_text("\n".join([HEADING, *told]) + "\n", encoding="utf-8")
    return folder


def rules(received: Received) -> list[str]:
    return received.findings["rule"].to_list()


def juki(data: bytes, records: int = 2) -> Mapping[str, tuple[bytes, str, str, int]]:
    return GOOD | {"jumin/juki.csv": (data, "jumin", "juki", records)}


def test_areas_left_out_have_their_lines_but_are_not_read(tmp_path: Path) -> None:
    """Neither a file of theirs that is unreadable nor one that is missing is told; files of nobody are."""
    broken = GOOD | {"zei/a.dat": (DAT[:-1], "zei", "kotei", 5), "zei/b.dat": (b"", "zei", "kotei", 0)}
    delivery = deliver(tmp_path, broken | {"x.txt": (b"x", "y", "z", 1)})
    (delivery / "zei/b.dat").unlink()
    tables = [*TABLES, ("zei", replace(KOTEI, id="absent", reader="unknown", files=("zei/*.x",)))]
    received = receiving.receive(delivery, tables, tmp_path.with_name("unpacked"), left_out=frozenset(["zei"]))
    assert received.files.select("file_no", "path", "area", "table", "records").rows() == [
        (1, "jumin/juki.csv", "jumin", "juki", 2),
        (2, "x.txt", "", "", None),
        (3, "zei/a.dat", "zei", "kotei", None),
    ]
    assert received.findings.select("rule", "key").rows() == [("RCV-15", "x.txt")]


def test_a_delivery_that_is_right(tmp_path: Path) -> None:
    received = receive(deliver(tmp_path), TABLES)
    assert received.findings.is_empty()
    assert list(received.files.schema) == list(FILES_SCHEMA)
    assert received.files.rows() == [
        (1, "jumin/juki.csv", "jumin", "juki", 29, hashlib.sha256(CSV).hexdigest(), "2026-01-31", 2, 2),
        (2, "zei/a.dat", "zei", "kotei", 18, hashlib.sha256(DAT).hexdigest(), "2026-01-31", 2, 2),
    ]


def test_a_missing_file_and_so_a_table_without_files(tmp_path: Path) -> None:
    deliver(tmp_path)
    (tmp_path / "zei/a.dat").unlink()
    received = receive(tmp_path, TABLES)
    assert received.findings.select("rule", "area", "table", "severity").rows() == [
        ("RCV-01", "zei", "kotei", "E"),
        ("RCV-03", "zei", "kotei", "E"),
    ]
    assert received.findings["message"][0].startswith("目録にあるファイル zei/a.dat が受渡データにありません。")


def test_a_file_the_manifest_does_not_know(tmp_path: Path) -> None:
    deliver(tmp_path)
    (tmp_path / "memo.txt").write_text("x")
    (tmp_path / "totals.csv").write_text("x")
    (tmp_path / ".DS_Store").write_text("x")
    received = receive(tmp_path, TABLES)
    assert rules(received) == ["RCV-02"]
    assert received.files["path"].to_list() == ["jumin/juki.csv", "memo.txt", "zei/a.dat"]
    assert received.files["area"].to_list() == ["jumin", "", "zei"]


@pytest.mark.parametrize(
    ("data", "records", "expected"),
    [
        (b"", 0, ["RCV-05"]),
        (CSV[:11], 0, ["RCV-05"]),
        ("番号,氏名\r\n001,山田\r\n".encode(), 1, ["RCV-11", "RCV-13"]),
        (b"\xef\xbb\xbf" + CSV, 2, ["RCV-11", "RCV-13"]),
        ("番号,氏名\r\n001,山田\r\n".encode("euc_jp"), 1, ["RCV-11", "RCV-13"]),
        ("番号,氏名,新\r\n001,山田,\r\n".encode("cp932"), 1, ["RCV-13"]),
        ("番号\r\n001\r\n".encode("cp932"), 1, ["RCV-13"]),
        ("氏名,番号\r\n山田,1\r\n".encode("cp932"), 1, ["RCV-14"]),
        ('番号,氏名\r\n001,"山\r\n田"\r\n'.encode("cp932"), 1, []),
    ],
)
def test_what_is_in_a_csv(tmp_path: Path, data: bytes, records: int, expected: list[str]) -> None:
    assert rules(receive(deliver(tmp_path, juki(data, records)), TABLES)) == expected


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ("番号,氏名\r\n001,山田\r\n".encode("utf-16"), "UTF-16"),
        ("１２３ 山田".encode("cp932") + b"\0" * 5, "00 が多数"),
        (b"\xf0\xf1\xf2\x40\xc1\xc2\xc3\x40\xd1\xe2" * 20, "EBCDIC"),
    ],
)
def test_encodings_that_are_no_text_here(tmp_path: Path, data: bytes, words: str) -> None:
    table = replace(KOTEI, record_length=len(data), columns=(LegacyColumn("番号", 0, 3),))
    files = GOOD | {"zei/a.dat": (data, "zei", "kotei", 1)}
    received = receive(deliver(tmp_path, files), [TABLES[0], ("zei", table)])
    assert rules(received) == ["RCV-11"]
    assert words in received.findings["message"][0]


def test_cp932_where_utf8_was_declared(tmp_path: Path) -> None:
    received = receive(deliver(tmp_path), [("jumin", replace(JUKI, encoding="utf-8")), TABLES[1]])
    assert "シフトJIS（CP932） のようです" in received.findings.filter(rule="RCV-11")["message"][0]


def test_a_fixed_file_that_does_not_divide_tells_the_remainder(tmp_path: Path) -> None:
    files = GOOD | {"zei/a.dat": (DAT + b"00", "zei", "kotei", 3)}
    received = receive(deliver(tmp_path, files), TABLES)
    assert rules(received) == ["RCV-12"]
    assert "余り 2 バイト" in received.findings["message"][0]


def test_hash_size_count_and_day_against_the_manifest(tmp_path: Path) -> None:
    lines = [
        "jumin/juki.csv,jumin,juki,2026-02-30,3,30," + "0" * 64,
        line("zei/a.dat", DAT, "zei", "other", 2),
    ]
    received = receive(deliver(tmp_path, lines=lines), TABLES)
    assert rules(received) == ["RCV-06", "RCV-07", "RCV-08", "RCV-16", "RCV-15"]
    assert "（目録 3 件、実物 2 件）" in received.findings["message"][2]


def test_what_the_manifest_leaves_open_is_told(tmp_path: Path) -> None:
    lines = ["jumin\\juki.csv,jumin,juki,2026-01-31,,,", line("zei/a.dat", DAT, "zei", "kotei", 2)]
    assert rules(receive(deliver(tmp_path, lines=lines), TABLES)) == ["RCV-17"]


def test_the_same_content_twice(tmp_path: Path) -> None:
    received = receive(deliver(tmp_path, GOOD | {"jumin/juki2.csv": (CSV, "jumin", "juki", 2)}), TABLES)
    assert rules(received) == ["RCV-04"]
    assert "jumin/juki2.csv は jumin/juki.csv と中身がまったく同じ" in received.findings["message"][0]


def test_a_file_two_tables_claim(tmp_path: Path) -> None:
    received = receive(deliver(tmp_path), [*TABLES, ("jumin", replace(JUKI, id="other", files=("jumin/*.csv",)))])
    assert rules(received) == ["RCV-15", "RCV-03"]


def test_against_the_delivery_before(tmp_path: Path) -> None:
    many = CSV + b"".join(b"%03d,x\r\n" % number for number in range(3, 200))
    before = receive(deliver(tmp_path / "one", juki(many, 199)), TABLES).files
    same = receive(deliver(tmp_path / "two", juki(many, 199)), TABLES, before)
    assert rules(same) == ["RCV-09", "RCV-09"]
    lines = [
        line("jumin/juki.csv", CSV, "jumin", "juki", 2, "2026-02-28"),
        line("zei/a.dat", DAT, "zei", "kotei", 2, "2026-02-28"),
    ]
    fewer = receive(deliver(tmp_path / "three", lines=lines), TABLES, before)
    assert rules(fewer) == ["RCV-10"]
    assert "前回 199 件から 2 件" in fewer.findings["message"][0]


def test_a_delivery_that_cannot_be_used(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="ありません"):
        receive(tmp_path / "nothing", TABLES)
    (tmp_path / "file").write_text("x")
    with pytest.raises(UserError, match="フォルダではありません"):
        receive(tmp_path / "file", TABLES)
    with pytest.raises(UserError, match=r"manifest\.csv がありません"):
        receive(tmp_path, TABLES)
    (tmp_path / "manifest.csv").write_text("file,area\nx,y\n")
    with pytest.raises(UserError, match="table、as_of、records、bytes、sha256 の列がありません"):
        receive(tmp_path, TABLES)
    (tmp_path / "manifest.csv").write_bytes(b"\x81\xff\xff")
    with pytest.raises(UserError, match="文字を読めません"):
        receive(tmp_path, TABLES)


def test_all_faults_of_a_manifest_at_once(tmp_path: Path) -> None:
    lines = ["a,b,c", "../x,a,b,2026-01-31,1,1,", "y,a,b,2026-01-31,1件,1.5,zz", "z,a,b,,1,1,", "z,a,b,,1,1,"]
    with pytest.raises(UserError) as raised:
        receive(deliver(tmp_path, {}, lines), TABLES)
    text = str(raised.value)
    for part in (
        "6 件の誤り",
        "2 行目: 列の数",
        "3 行目: file",
        "4 行目: records「1件」",
        "sha256 は",
        "6 行目: ファイル z が2回",
    ):
        assert part in text
