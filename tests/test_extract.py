"""Files → Parquet: values, places, quarantine, findings, and books that close to the byte."""

from dataclasses import replace
from pathlib import Path

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.errors import UserError
from mappings.legacy_source import LegacyColumn, LegacyTable
from migration.extract import Extracted, extract_table, read_record, shown_record

TABLE = LegacyTable(
    "juki",
    "住民",
    ("a.csv",),
    "csv",
    "cp932",
    (LegacyColumn("番号"), LegacyColumn("氏名"), LegacyColumn("備考")),
    ("番号",),
)
HEADER = "番号,氏名,備考\r\n".encode("cp932")
FIRST = 1 << 32


def extract(folder: Path, *files: bytes, table: LegacyTable = TABLE, secret: bool = False) -> Extracted:
    names = [f"f{number}.dat" for number in range(1, len(files) + 1)]
    for name, data in zip(names, files, strict=True):
        (folder / name).write_bytes(data)
    frame = pl.DataFrame(
        {"file_no": range(1, len(files) + 1), "path": names}, schema={"file_no": pl.Int64, "path": pl.String}
    )
    return extract_table("jumin", table, frame, folder, folder, secret)


def staged(folder: Path, table: LegacyTable = TABLE) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{table.id}.parquet")


def quarantine(folder: Path, table: LegacyTable = TABLE) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{table.id}.quarantine.parquet")


def rules(extracted: Extracted) -> list[str]:
    return extracted.findings["rule"].to_list()


def test_values_places_and_record_ids_of_two_files(tmp_path: Path) -> None:
    first = HEADER + '1,山田　表,"二行\r\n目 ""引用"""\r\n2,ソ十,\r\n'.encode("cp932")
    second = HEADER + "3,\ue000川,x".encode("cp932")
    extracted = extract(tmp_path, first, second)
    assert staged(tmp_path).rows() == [
        (FIRST + 1, 16, 30, "1", "山田　表", '二行\r\n目 "引用"'),
        (FIRST + 2, 48, 7, "2", "ソ十", None),
        (2 * FIRST + 1, 16, 8, "3", "\ue000川", "x"),
    ]
    assert [(line.read, line.loaded, line.filtered, line.rejected) for line in extracted.ledger] == [
        (57, 37, 20, 0),
        (24, 8, 16, 0),
        (3, 3, 0, 0),
    ]
    assert all(line.closes for line in extracted.ledger)
    assert extracted.findings.is_empty()
    assert not (tmp_path / "juki.bytes.parquet").exists()


def test_the_place_of_a_record_leads_back_to_its_bytes_and_fields(tmp_path: Path) -> None:
    extract(tmp_path, HEADER + '1,"a\r\nb",c\r\n2,山,\r\n'.encode("cp932"))
    file = tmp_path / "f1.dat"
    _, start, length = staged(tmp_path).row(1)[:3]
    assert read_record(file, start, length) == "2,山,".encode("cp932")
    assert shown_record(file, start, length, TABLE) == {"番号": "2", "氏名": "山", "備考": None}
    with pytest.raises(UserError, match="1件として読めません"):
        shown_record(file, start + 3, length - 3, TABLE)


def test_a_bad_byte_costs_one_field(tmp_path: Path) -> None:
    extracted = extract(tmp_path, HEADER + b"1,\x8eR\x93c\x8b,ok\r\n2,\xa0,\xfb\xfc\r\n")
    assert staged(tmp_path).select("氏名", "備考").rows() == [("山田\U0010ff8b", "ok"), ("\U0010ffa0", "髙")]
    assert quarantine(tmp_path).rows() == [
        (FIRST + 1, 1, 18, 5, "氏名", "読めないバイト 8B", "8e5293638b"),
        (FIRST + 2, 1, 30, 1, "氏名", "読めないバイト A0", "a0"),
    ]
    assert pl.read_parquet(tmp_path / "juki.bytes.parquet").rows() == [(FIRST + 2, "備考", "fbfc")]
    assert rules(extracted) == ["EXT-02", "EXT-02"]
    told = extracted.findings.row(0, named=True)
    assert (told["key"], told["item"], told["legacy_value"]) == ("1", "氏名", "山田〔8B〕")
    assert told["message"].startswith("f1.dat の 1 件目の項目「氏名」: 読めないバイト 8B。")
    assert extracted.rejected == 0


def test_a_ragged_record_goes_whole_to_the_quarantine(tmp_path: Path) -> None:
    extracted = extract(tmp_path, HEADER + b'1,a,b\r\n2,a\r\n3,a,b,c\r\n4,"x,y\r\n5,a,b\r\n')
    assert staged(tmp_path)["record_id"].to_list() == [FIRST + 1, FIRST + 5]
    assert quarantine(tmp_path).select(
        "record_id", "byte_start", "byte_length", "column", "reason", "bytes"
    ).rows() == [
        (FIRST + 2, 23, 3, "", "項目が 2 個あります（正しくは 3 個）", "322c61"),
        (FIRST + 3, 28, 7, "", "項目が 4 個あります（正しくは 3 個）", "332c612c622c63"),
        (FIRST + 4, 37, 6, "", "閉じていない引用符があります", "342c22782c79"),
    ]
    assert rules(extracted) == ["EXT-01", "EXT-01", "EXT-08"]
    assert (extracted.rows, extracted.rejected) == (2, 3)
    assert [line.closes for line in extracted.ledger] == [True, True]
    assert extracted.ledger[0].rejected == 16


def test_a_secret_column_is_neither_staged_nor_copied(tmp_path: Path) -> None:
    table = replace(TABLE, columns=(LegacyColumn("番号"), LegacyColumn("個人番号", secret=True), LegacyColumn("備考")))
    data = "番号,個人番号,備考\r\n1,123456789018,a\r\n2,123456789018\r\n3,12345\x006789018,b\r\n".encode("cp932")
    hidden = extract(tmp_path, data, table=table)
    assert staged(tmp_path)["個人番号"].to_list() == [None, None]
    every = quarantine(tmp_path)
    assert every["bytes"].to_list() == [""]
    assert "中身は写していません" in every["reason"][0]
    for text in (str(hidden.findings.rows()), str(every.rows())):
        assert "123456789018" not in text
        assert b"123456789018".hex() not in text.lower()
    assert rules(hidden) == ["EXT-01"]
    asked = extract(tmp_path, data, table=table, secret=True)
    assert staged(tmp_path)["個人番号"].to_list() == ["123456789018", "12345\x006789018"]
    assert rules(asked) == ["EXT-01", "EXT-06"]


def test_repeated_records_and_keys_name_the_first(tmp_path: Path) -> None:
    extracted = extract(tmp_path, HEADER + b"1,a,b\r\n2,a,b\r\n1,a,b\r\n", HEADER + b"2,other,b\r\n,x,\r\n,y,\r\n")
    assert extracted.findings.select("rule", "key", "record_id", "value").rows() == [
        ("EXT-10", "1", FIRST + 3, "f1.dat の 1 件目"),
        ("EXT-11", "2", 2 * FIRST + 1, "f1.dat の 2 件目"),
    ]
    assert extracted.rows == 6


@pytest.mark.parametrize("data", [b"", HEADER, HEADER.rstrip(), HEADER + b"\r\n\r\n"])
def test_no_records_is_a_finding_and_an_empty_table(tmp_path: Path, data: bytes) -> None:
    extracted = extract(tmp_path, data)
    assert "EXT-14" in rules(extracted)
    assert staged(tmp_path).shape == (0, 6)
    assert all(line.closes for line in extracted.ledger)


def test_no_file_at_all_is_a_finding(tmp_path: Path) -> None:
    assert rules(extract(tmp_path)) == ["EXT-14"]


def test_columns_are_read_by_their_heading(tmp_path: Path) -> None:
    extracted = extract(tmp_path, "備考,番号,余分\r\nx,1,z\r\n".encode("cp932"))
    assert staged(tmp_path).select("番号", "氏名", "備考").rows() == [("1", None, "x")]
    assert extracted.findings.select("rule", "item").rows() == [("EXT-12", "氏名"), ("EXT-13", "余分")]


def test_the_wrong_encoding_is_suspected(tmp_path: Path) -> None:
    lines = "".join(f"{number},山田,\r\n" for number in range(20))
    extracted = extract(tmp_path, lines.encode("cp932"), table=replace(TABLE, encoding="utf_8", header=False))
    assert rules(extracted).count("EXT-02") == 20
    assert rules(extracted)[-1] == "EXT-15"


def test_utf8_with_a_mark_and_an_end_mark(tmp_path: Path) -> None:
    data = b"\xef\xbb\xbf" + "番号,氏名,備考\n1,𠮷,邉\U000e0117\n".encode() + b"\x1a"
    extracted = extract(tmp_path, data, table=replace(TABLE, encoding="utf_8"))
    assert staged(tmp_path).select("番号", "氏名", "備考").rows() == [("1", "𠮷", "邉\U000e0117")]
    assert rules(extracted) == ["EXT-16"]
    assert extracted.ledger[0].closes


def test_declared_blanks_mean_nothing_and_spaces_stay_in_csv(tmp_path: Path) -> None:
    extract(tmp_path, HEADER + "0000000, 山　,-\r\n".encode("cp932"), table=replace(TABLE, blanks=("0000000", "-")))
    assert staged(tmp_path).select("番号", "氏名", "備考").rows() == [(None, " 山　", None)]


FIXED = LegacyTable(
    "kotei",
    "固定",
    ("f",),
    "fixed",
    "cp932",
    (LegacyColumn("番号", 0, 3), LegacyColumn("氏名", 3, 6)),
    ("番号",),
    record_length=9,
)


def test_fixed_length_records(tmp_path: Path) -> None:
    data = "001山田　 2 ソ十  ".encode("cp932") + b"\0\0\0\x8eR\x8b   " + b"00"
    extracted = extract(tmp_path, data, table=FIXED)
    assert staged(tmp_path, FIXED).select("byte_start", "番号", "氏名").rows() == [
        (0, "001", "山田"),
        (9, " 2", "ソ十"),
        (18, None, "山\U0010ff8b"),
    ]
    assert rules(extracted) == ["EXT-02", "EXT-06", "EXT-03"]
    assert [line.closes for line in extracted.ledger] == [True, True]
    assert extracted.ledger[0].rejected == 2
    assert shown_record(tmp_path / "f1.dat", 9, 9, FIXED) == {"番号": " 2", "氏名": "ソ十"}


def test_unknown_reader_encoding_and_missing_file_are_told(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="使えるのは csv、fixed、host です"):
        extract(tmp_path, b"", table=replace(TABLE, reader="excell"))
    with pytest.raises(UserError, match="文字コード「sjis2」"):
        extract(tmp_path, b"", table=replace(TABLE, columns=(LegacyColumn("a", encoding="sjis2"),)))
    with pytest.raises(UserError, match=r"gone\.csv がありません"):
        extract_table("jumin", TABLE, pl.DataFrame({"file_no": [1], "path": ["gone.csv"]}), tmp_path, tmp_path)


def test_the_same_file_gives_the_same_bytes(tmp_path: Path) -> None:
    data = HEADER + "".join(f"{number},山田{number % 7},\r\n" for number in range(5000)).encode("cp932")
    extract(tmp_path, data)
    once = (tmp_path / "juki.parquet").read_bytes()
    extract(tmp_path, data)
    assert (tmp_path / "juki.parquet").read_bytes() == once


def test_many_bad_cells_are_told_up_to_a_number_and_counted(tmp_path: Path) -> None:
    extracted = extract(tmp_path, HEADER + b"".join(b"%d,\x8b,\r\n" % number for number in range(1500)))
    assert rules(extracted).count("EXT-02") == 1001
    assert extracted.findings.filter(pl.col("message").str.contains("ほかに 500 件")).height == 1
    assert quarantine(tmp_path).height == 1500


TEXT = st.text(st.sampled_from(list('表ソ十山田ﾔ髙\ue000～1,"\n\r -')), max_size=6)


@settings(deadline=None, max_examples=60)
@given(
    st.lists(st.lists(TEXT, min_size=1, max_size=4), max_size=12),
    st.sampled_from(["\r\n", "\n", "\r"]),
    st.sampled_from([7, 64, 1 << 22]),
    st.booleans(),
)
def test_any_csv_closes_to_the_byte_and_gives_its_values_back(
    tmp_path_factory: pytest.TempPathFactory, lines: list[list[str]], newline: str, block: int, ended: bool
) -> None:
    folder = tmp_path_factory.mktemp("law")
    body = newline.join(",".join('"' + cell.replace('"', '""') + '"' for cell in line) for line in lines)
    data = ("番号,氏名,備考" + newline + body + (newline if ended and lines else "")).encode("cp932")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("migration.readers.csv_file.CHUNK_BYTES", block)
        extracted = extract(folder, data)
    assert all(line.closes for line in extracted.ledger)
    assert extracted.ledger[0].read == len(data)
    assert extracted.rows + extracted.rejected == len(lines)
    good = [tuple(cell or None for cell in line) for line in lines if len(line) == 3]
    assert staged(folder).select("番号", "氏名", "備考").rows() == good
    held = staged(folder)["byte_length"].sum() + quarantine(folder).filter(pl.col("column") == "")["byte_length"].sum()
    assert held == extracted.ledger[0].loaded + extracted.ledger[0].rejected


@settings(deadline=None, max_examples=100)
@given(
    st.lists(
        st.sampled_from([b'"', b",", b"\r", b"\n", b"\r\n", b"\0", b"\x1a", b"\x8b", b"\x95\x5c", b"a"]), max_size=60
    )
)
def test_any_bytes_close_whatever_the_block_size(tmp_path_factory: pytest.TempPathFactory, parts: list[bytes]) -> None:
    data = b"".join(parts)
    seen = []
    for block in (5, 1 << 22):
        folder = tmp_path_factory.mktemp("bytes")
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("migration.readers.csv_file.CHUNK_BYTES", block)
            extracted = extract(folder, data, table=replace(TABLE, header=False))
        assert all(line.closes for line in extracted.ledger)
        assert extracted.ledger[0].read == len(data)
        seen.append((extracted.ledger, staged(folder).rows(), quarantine(folder).rows()))
    assert seen[0] == seen[1]
