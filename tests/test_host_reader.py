"""Host files: text behind shifts, zoned, packed and binary numbers, records of any length; one bad byte, one field."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.errors import UserError
from mappings.host_encodings import shipped_encodings
from mappings.legacy_source import LegacyColumn, LegacyTable
from migration.cells import Cells, padded
from migration.codepages.numbers import decode_numbers
from migration.extract import Extracted, extract_table, shown_record
from migration.receive import receive
from sample_data.host_writing import HostWriter, host_bytes

COLUMNS = (
    LegacyColumn("番号", 0, 8, "packed", digits=15),
    LegacyColumn("カナ", 8, 10),
    LegacyColumn("氏名", 18, 12),
    LegacyColumn("町名", 30, 6, "dbcs"),
    LegacyColumn("税額", 36, 5, "packed"),
    LegacyColumn("面積", 41, 6, "zoned", decimals=2),
    LegacyColumn("評点", 47, 4, "binary"),
    LegacyColumn("率", 51, 2, "unsigned", decimals=3),
)
TABLE = LegacyTable("tochi", "土地", ("*.dat",), "host", "ibm930", COLUMNS, ("番号",), record_length=53)
ROWS = (
    ("000000000000001", "ﾔﾏﾀﾞ ﾀﾛｳ", "山田太郎", "野間", "123456789", "1234.50", "-70000", "65.535"),
    ("987654321098765", "ｽｽﾞｷ", "A鈴木1", "東高倉", "-1", "-0.01", "0", "0.000"),
)
FIRST = 1 << 32
_PAGE = HostWriter(shipped_encodings()["ibm930"])


def frame(rows: tuple[tuple[str, ...], ...] = ROWS, table: LegacyTable = TABLE) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=[column.name for column in table.columns], orient="row")


def extract(folder: Path, data: bytes, table: LegacyTable = TABLE, secret: bool = False) -> Extracted:
    (folder / "f.dat").write_bytes(data)
    files = pl.DataFrame({"file_no": [1], "path": ["f.dat"]}, schema={"file_no": pl.Int64, "path": pl.String})
    return extract_table("kotei", table, files, folder, folder, secret)


def staged(folder: Path, table: LegacyTable = TABLE) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{table.id}.parquet")


def quarantine(folder: Path, table: LegacyTable = TABLE) -> pl.DataFrame:
    return pl.read_parquet(folder / f"{table.id}.quarantine.parquet")


def rules(extracted: Extracted) -> list[str]:
    return extracted.findings["rule"].to_list()


def one_column(*cells: str, kind: str = "text", encoding: str = "ibm930", **more: int) -> tuple[bytes, LegacyTable]:
    """A file of one column, its cells given as hexadecimal digits, and its table."""
    data = [bytes.fromhex(cell) for cell in cells]
    length = max(map(len, data))
    column = LegacyColumn("値", 0, length, kind, more.get("digits", 0), more.get("decimals", 0))
    table = LegacyTable("t", "表", ("*.dat",), "host", encoding, (column,), record_length=length)
    return b"".join(data), table


def values(folder: Path, *cells: str, kind: str = "text", encoding: str = "ibm930", **more: int) -> list[str | None]:
    data, table = one_column(*cells, kind=kind, encoding=encoding, **more)
    extract(folder, data, table)
    return staged(folder, table)["値"].to_list()


def escape(value: str) -> str:
    return "".join(chr(0x10FF00 + byte) for byte in bytes.fromhex(value))


def test_the_bytes_of_a_record_written_out_by_hand() -> None:
    """What the writer writes, so that reader and writer cannot be wrong together."""
    record = (
        "00 00 00 00 00 00 00 1C"  # packed, 15 digits
        " A9 A4 91 BE 40 91 BB 83 40 40"  # half-width kana
        " 0E 45 65 45 63 45 AB 45 6E 0F 40 40"  # double-byte between shifts
        " 45 69 45 C1 40 40"  # double-byte only
        " 12 34 56 78 9C"  # packed
        " F1 F2 F3 F4 F5 C0"  # zoned, signed
        " FF FE EE 90"  # binary
        " FF FF"
    )
    assert host_bytes(frame(), TABLE)[:53] == bytes.fromhex(record)


def test_every_kind_is_read(tmp_path: Path) -> None:
    data = host_bytes(frame(), TABLE)
    extracted = extract(tmp_path, data)
    assert staged(tmp_path).rows() == [(FIRST + 1, 0, 53, *ROWS[0]), (FIRST + 2, 53, 53, *ROWS[1])]
    assert [(line.read, line.loaded, line.rejected) for line in extracted.ledger] == [(106, 106, 0), (2, 2, 0)]
    assert extracted.findings.is_empty()
    assert quarantine(tmp_path).is_empty()


@pytest.mark.parametrize(
    ("cell", "kind", "more", "expected"),
    [
        ("12345C", "packed", {}, "12345"),
        ("12345D", "packed", {}, "-12345"),
        ("12345F", "packed", {}, "12345"),
        ("12345A", "packed", {}, "12345"),
        ("12345B", "packed", {}, "-12345"),
        ("12345E", "packed", {}, "12345"),
        ("00000C", "packed", {}, "0"),
        ("00000D", "packed", {}, "0"),
        ("00012D", "packed", {"decimals": 2}, "-0.12"),
        ("00012C", "packed", {"decimals": 5}, "0.00012"),
        ("00450C", "packed", {"digits": 4}, "0450"),
        ("3450301C", "packed", {"digits": 7}, "3450301"),
        ("F1F2F3", "zoned", {}, "123"),
        ("F1F2C3", "zoned", {}, "123"),
        ("F1F2D3", "zoned", {}, "-123"),
        ("D1F2F3", "zoned", {}, "-123"),
        ("60F2F3", "zoned", {}, "-23"),
        ("F2F34E", "zoned", {}, "23"),
        ("F2F360", "zoned", {"decimals": 1}, "-2.3"),
        ("F0F1F2", "zoned", {"digits": 3}, "012"),
        ("FFFF", "binary", {}, "-1"),
        ("FFFF", "unsigned", {}, "65535"),
        ("00000000", "binary", {}, "0"),
        ("8000000000000000", "binary", {}, "-9223372036854775808"),
        ("FFFFFFFFFFFFFFFF", "unsigned", {}, "18446744073709551615"),
        ("FFFE", "binary", {"decimals": 1}, "-0.2"),
        ("0005", "binary", {"digits": 4}, "0005"),
    ],
)  # fmt: skip
def test_numbers(tmp_path: Path, cell: str, kind: str, more: dict[str, int], expected: str) -> None:
    assert values(tmp_path, cell, kind=kind, encoding="ibm930", **more) == [expected]


@pytest.mark.parametrize(
    ("cell", "expected"),
    [("313233", "123"), ("31327B", "120"), ("313244", "124"), ("31327D", "-120"), ("31324C", "-123"),
     ("313273", "-123"), ("2D3132", "-12"), ("31322B", "12")],
)  # fmt: skip
def test_zoned_numbers_of_ascii_files(tmp_path: Path, cell: str, expected: str) -> None:
    assert values(tmp_path, cell, kind="zoned", encoding="cp932") == [expected]
    data, table = one_column(cell, kind="zoned", encoding="cp932")
    table = replace(table, reader="fixed")
    extract(tmp_path, data, table)
    assert staged(tmp_path, table)["値"].to_list() == [expected]


@pytest.mark.parametrize(
    ("cell", "kind", "more"),
    [
        ("1A345C", "packed", {}),
        ("123451", "packed", {}),
        ("12345D", "packed", {"digits": 5}),
        ("12345C", "packed", {"digits": 4}),
        ("F1C2F3", "zoned", {}),
        ("F1FAF3", "zoned", {}),
        ("40F2F3", "zoned", {}),
        ("4EF260", "zoned", {}),
        ("C1F2C3", "zoned", {}),
    ],
)
def test_a_number_that_is_none_is_refused_whole(tmp_path: Path, cell: str, kind: str, more: dict[str, int]) -> None:
    good = {"packed": "00001C", "zoned": "F0F0F1"}[kind]
    data, table = one_column(good, cell, kind=kind, encoding="ibm930", **more)
    extracted = extract(tmp_path, data, table)
    assert staged(tmp_path, table)["値"].to_list()[1] == escape(cell)
    assert quarantine(tmp_path, table).select("record_id", "byte_start", "byte_length", "column", "bytes").rows() == [
        (FIRST + 2, 3, 3, "値", cell.lower())
    ]
    [message] = extracted.findings.filter(pl.col("rule") == "EXT-17")["message"]
    assert "f.dat の 2 件目の項目「値」" in message
    assert bytes.fromhex(cell).hex(" ").upper() in message
    assert all(line.closes for line in extracted.ledger)


@pytest.mark.parametrize(
    ("cell", "kind", "filling"),
    [("404040", "packed", "space"), ("000000", "packed", "low"), ("FFFFFF", "packed", "high"),
     ("404040", "zoned", "space"), ("000000", "zoned", "low"), ("FFFFFF", "zoned", "high"),
     ("000000", "text", "low"), ("FFFFFF", "text", "high")],
)  # fmt: skip
def test_fillings_are_empty_and_told_unless_declared(tmp_path: Path, cell: str, kind: str, filling: str) -> None:
    data, table = one_column(cell, kind=kind)
    assert rules(extract(tmp_path, data, table)) == ["EXT-18"]
    assert staged(tmp_path, table)["値"].to_list() == [None]
    assert pl.read_parquet(tmp_path / "t.bytes.parquet").rows() == [(FIRST + 1, "値", cell.lower())]
    (tmp_path / "t.bytes.parquet").unlink()
    declared = replace(table, fillings=(filling,))
    assert extract(tmp_path, data, declared).findings.is_empty()
    assert staged(tmp_path, table)["値"].to_list() == [None]
    assert not (tmp_path / "t.bytes.parquet").exists()


def test_zero_in_binary_is_a_number(tmp_path: Path) -> None:
    assert values(tmp_path, "0000", "4040", kind="binary") == ["0", "16448"]


def test_a_bad_byte_costs_one_field(tmp_path: Path) -> None:
    data = bytearray(host_bytes(frame(), TABLE))
    data[19:21] = b"\xfd\xfd"  # within the first name
    extracted = extract(tmp_path, bytes(data))
    name = staged(tmp_path)["氏名"].to_list()
    assert name == [escape("FDFD") + "田太郎", "A鈴木1"]
    assert staged(tmp_path).drop("氏名").rows()[0][3:] == (*ROWS[0][:2], *ROWS[0][3:])
    assert rules(extracted) == ["EXT-02"]
    assert quarantine(tmp_path).select("byte_start", "byte_length", "column").rows() == [(18, 10, "氏名")]


def test_text_that_goes_on_in_the_next_field(tmp_path: Path) -> None:
    """An address cut in two in the middle of its double-byte text; the second record has a shift back at the border."""
    whole = [_PAGE.text("福岡県遠賀郡"), _PAGE.text("野間AB"), b""]
    columns = (LegacyColumn("住所1", 0, 7), LegacyColumn("住所2", 7, 8, "continued"))
    table = LegacyTable("t", "表", ("*.dat",), "host", "ibm930", columns, record_length=15)
    extracted = extract(tmp_path, b"".join(raw.ljust(15, b"\x40") for raw in whole), table)
    assert staged(tmp_path, table).select("住所1", "住所2").rows() == [
        ("福岡県", "遠賀郡"),
        ("野間A", "B"),
        (None, None),
    ]
    assert extracted.findings.is_empty()
    apart = replace(table, columns=(columns[0], replace(columns[1], kind="text")))
    extracted = extract(tmp_path, b"".join(raw.ljust(15, b"\x40") for raw in whole), apart)
    assert sorted(rules(extracted)) == ["EXT-02", "EXT-19"]


def test_lines_of_a_host_end_with_nl(tmp_path: Path) -> None:
    table = replace(TABLE, newline="nl")
    data = host_bytes(frame(), table)
    extracted = extract(tmp_path, data + b"\xc1\x15", table)
    assert staged(tmp_path).drop("record_id", "byte_start", "byte_length").rows() == list(ROWS)
    assert [(line.read, line.loaded, line.filtered, line.rejected) for line in extracted.ledger] == [
        (110, 106, 3, 1),
        (3, 2, 0, 1),
    ]


# records of varying length

SHORT = LegacyTable(
    "v",
    "可変長",
    ("*.dat",),
    "host",
    "ibm930",
    (LegacyColumn("番号", 0, 3, "packed"), LegacyColumn("名", 3, 6), LegacyColumn("額", 9, 2, "packed")),
    ("番号",),
    record_length=11,
    records="rdw",
    shortest=3,
)
VARYING = (("1", "ﾀﾛｳ", "12"), ("22", "ｼﾞﾛｳ", "-3"))


def word(length: int, flag: int = 0) -> bytes:
    return length.to_bytes(2, "big") + bytes((flag, 0))


@pytest.mark.parametrize("blocked", [False, True])
def test_records_behind_descriptor_words(tmp_path: Path, blocked: bool) -> None:
    table = replace(SHORT, records="bdw" if blocked else "rdw")
    short = word(7) + bytes.fromhex("00333C")
    data = host_bytes(frame(VARYING, SHORT), table)
    data += word(len(short) + 4) + short if blocked else short
    extracted = extract(tmp_path, data, table)
    around = 8 if blocked else 0
    first = 4 if blocked else 0
    assert staged(tmp_path, table).rows() == [
        (FIRST + 1, first, 15, *VARYING[0]),
        (FIRST + 2, first + 15, 15, *VARYING[1]),
        (FIRST + 3, first + 30 + first, 7, "333", None, None),
    ]
    assert [(line.read, line.loaded, line.filtered) for line in extracted.ledger] == [
        (37 + around, 37, around),
        (3, 3, 0),
    ]
    assert extracted.findings.is_empty()
    file = tmp_path / "f.dat"
    for record in staged(tmp_path, table).rows():
        assert tuple(shown_record(file, record[1], record[2], table).values()) == record[3:]


def test_a_field_cut_by_the_end_of_its_record(tmp_path: Path) -> None:
    data = word(9) + bytes.fromhex("00001C8181") + word(14) + bytes.fromhex("00002C81818181818101")
    extracted = extract(tmp_path, data, SHORT)
    assert staged(tmp_path, SHORT).select("番号", "名", "額").rows() == [
        ("1", "ｱｱ", None),
        ("2", "ｱｱｱｱｱｱ", escape("01")),
    ]
    assert rules(extracted) == ["EXT-17"]


def test_a_broken_descriptor_ends_the_file_and_the_books_close(tmp_path: Path) -> None:
    good = host_bytes(frame(VARYING, SHORT), SHORT)
    extracted = extract(tmp_path, good + word(9999) + b"rest", SHORT)
    assert len(staged(tmp_path, SHORT)) == 2
    assert [(line.read, line.loaded, line.rejected) for line in extracted.ledger] == [(38, 30, 8), (3, 2, 1)]
    [message] = extracted.findings["message"]
    assert "レコードの長さ（RDW）27 0F 00 00 が正しくありません" in message


def test_a_broken_record_of_a_block_costs_that_block_only(tmp_path: Path) -> None:
    table = replace(SHORT, records="bdw")
    good = host_bytes(frame(VARYING, SHORT), table)
    extracted = extract(tmp_path, word(12) + word(2) + b"xxxx" + good, table)
    assert [row[0] for row in staged(tmp_path, table).rows()] == [FIRST + 2, FIRST + 3]
    assert rules(extracted) == ["EXT-20"]
    assert all(line.closes for line in extracted.ledger)


def test_spanned_short_and_long_records_are_rejected_one_by_one(tmp_path: Path) -> None:
    parts = [word(7, 1) + bytes.fromhex("00001C"), word(6) + b"\x00\x00", word(16) + bytes(12)]
    good = host_bytes(frame(VARYING, SHORT), SHORT)
    extracted = extract(tmp_path, b"".join(parts) + good, SHORT)
    assert quarantine(tmp_path, SHORT)["record_id"].to_list() == [FIRST + 1, FIRST + 2, FIRST + 3]
    assert sorted(rules(extracted)) == ["EXT-03", "EXT-04", "EXT-20"]
    assert len(staged(tmp_path, SHORT)) == 2


def test_without_shortest_a_record_holds_every_column(tmp_path: Path) -> None:
    strict = replace(SHORT, shortest=0)
    extracted = extract(tmp_path, word(7) + bytes.fromhex("00333C"), strict)
    assert rules(extracted)[0] == "EXT-03"


@settings(deadline=None, max_examples=40)
@given(
    data=st.binary(max_size=120),
    records=st.sampled_from(["", "rdw", "bdw"]),
    newline=st.sampled_from(["", "nl", "crlf"]),
)
def test_the_books_close_on_any_bytes(
    tmp_path_factory: pytest.TempPathFactory, data: bytes, records: str, newline: str
) -> None:
    table = replace(SHORT, records=records, newline="" if records else newline, shortest=3 if records else 0)
    extracted = extract(tmp_path_factory.mktemp("any"), data, table)
    assert all(line.closes for line in extracted.ledger)
    assert extracted.ledger[0].read == len(data)


# laws of numbers


def _decoded(rows: list[bytes], column: LegacyColumn) -> list[str | None]:
    data = padded(b"".join(rows))
    starts = np.arange(len(rows), dtype=np.int64) * column.length
    text = decode_numbers(Cells(data, starts, np.full(len(rows), column.length)), column, False, ("low",))[0]
    return text.to_list()


@settings(deadline=None, max_examples=150)
@given(
    numbers=st.lists(st.integers(-(10**9) + 1, 10**9 - 1), min_size=1, max_size=8),
    kind=st.sampled_from(["zoned", "packed", "binary"]),
    decimals=st.integers(0, 6),
)
def test_numbers_written_are_read_back(numbers: list[int], kind: str, decimals: int) -> None:
    length = {"zoned": 9, "packed": 5, "binary": 4}[kind]
    column = LegacyColumn("値", 0, length, kind, decimals=decimals)
    table = LegacyTable("t", "表", ("*.dat",), "host", "ibm930", (column,), record_length=length)
    texts = [_point(number, decimals) for number in numbers]
    data = host_bytes(pl.DataFrame({"値": texts}), table)
    rows = [data[at : at + length] for at in range(0, len(data), length)]
    assert _decoded(rows, column) == texts


def _point(number: int, decimals: int) -> str:
    digits = str(abs(number)).zfill(decimals + 1)
    whole = f"{digits[: len(digits) - decimals]}.{digits[len(digits) - decimals :]}" if decimals else digits
    return f"-{whole}" if number < 0 else whole


@settings(deadline=None, max_examples=200)
@given(
    rows=st.lists(st.binary(min_size=3, max_size=3), min_size=1, max_size=8), kind=st.sampled_from(["zoned", "packed"])
)
def test_any_bytes_are_a_number_or_all_escapes_or_empty(rows: list[bytes], kind: str) -> None:
    column = LegacyColumn("値", 0, 3, kind)
    for raw, text in zip(rows, _decoded(rows, column), strict=True):
        if text is None:
            assert raw in (b"\0\0\0", b"\x40\x40\x40", b"\xff\xff\xff")
        elif text.lstrip("-").isascii():
            assert str(int(text)) == text
        else:
            assert text == escape(raw.hex())


# receive


def test_receive_counts_host_files_and_notices_another_code(tmp_path: Path) -> None:
    data = host_bytes(frame(ROWS * 40), TABLE)
    (tmp_path / "f.dat").write_bytes(data)
    (tmp_path / "manifest.csv").write_text(
        "file,area,table,as_of,records,bytes,sha256\nf.dat,kotei,tochi,2026-01-01,80,,\n"
    )
    found = receive(tmp_path, [("kotei", TABLE)], tmp_path / "unpacked")
    assert found.files["records"].to_list() == [80]
    assert set(found.findings["rule"]) <= {"RCV-17"}
    (tmp_path / "f.dat").write_bytes("0012345 ABC ｱｲｳ 2024年 ".encode("cp932") * 106)
    found = receive(tmp_path, [("kotei", TABLE)], tmp_path / "unpacked")
    [message] = found.findings.filter(pl.col("rule") == "RCV-11")["message"]
    assert "シフトJIS" in message


def test_an_unknown_page_is_refused_with_the_known_ones(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="文字コード「ibm931」は扱えません"):
        extract(tmp_path, b"", replace(TABLE, encoding="ibm931"))
