"""Cutting on bytes: quotes, line ends, damaged lines, blocks of any size."""

from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mappings.errors import UserError
from mappings.legacy_source import LegacyColumn, LegacyTable
from migration.readers import READERS
from migration.readers.chunk import Block, Cut, Opened
from migration.readers.csv_quotes import repair
from migration.readers.csv_scan import Records, last_record_end, scan_block, sound

CSV = LegacyTable("t", "表", ("t.csv",), "csv", "cp932", (LegacyColumn("a"), LegacyColumn("b")), header=False)
WIDE = Opened(("a", "b"), 0)


def cut(data: bytes, opened: Opened = WIDE, table: LegacyTable = CSV) -> Cut:
    return READERS[table.reader].cut(Block(0, data), table, opened)


def rows(found: Cut) -> list[tuple[bytes, ...]]:
    columns = [
        [
            column.data[start : start + length].tobytes()
            for start, length in zip(column.starts, column.lengths, strict=True)
        ]
        for column in found.cells
    ]
    return list(zip(*columns, strict=True))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"1,2\r\n3,4\r\n", [(b"1", b"2"), (b"3", b"4")]),
        (b"1,2\n3,4", [(b"1", b"2"), (b"3", b"4")]),
        (b"1,2\r3,4\r", [(b"1", b"2"), (b"3", b"4")]),
        (b"1,2\r\n\r\n\n3,4\r\n", [(b"1", b"2"), (b"3", b"4")]),
        (b'"1","2"\r\n', [(b"1", b"2")]),
        (b'"a\r\nb,c","d""e"\r\n', [(b"a\r\nb,c", b'd"e')]),
        (b'"",""""\r\n', [(b"", b'"')]),
        (b'""""""," "\n', [(b'""', b" ")]),
        (b"\x95\x5c,\x83\x5c\r\n", [(b"\x95\x5c", b"\x83\x5c")]),
        (b",\r\n", [(b"", b"")]),
        (b'O"B,5"\n', [(b'O"B', b'5"')]),
    ],
)
def test_csv_cells(data: bytes, expected: list[tuple[bytes, ...]]) -> None:
    found = cut(data)
    assert rows(found) == expected
    assert found.rejects == ()


def test_places_of_records_with_line_ends_inside() -> None:
    found = cut(b'1,"x\r\ny"\r\n22,z\r\n')
    assert (found.starts.tolist(), found.lengths.tolist()) == ([0, 10], [8, 4])
    assert found.overhead == 4


def test_a_line_with_too_few_or_too_many_cells_is_rejected_alone() -> None:
    found = cut(b"1,2\n3\n4,5,6\n7,8\n")
    assert rows(found) == [(b"1", b"2"), (b"7", b"8")]
    assert [(reject.index, reject.start, reject.length, reject.rule) for reject in found.rejects] == [
        (1, 4, 1, "EXT-01"),
        (2, 6, 5, "EXT-01"),
    ]
    assert found.index.tolist() == [0, 3]


@pytest.mark.parametrize("broken", [b'2,"open', b'2,"x"y', b'"2"3,4', b'2,"a""', b'"2,"A"', b'2,"x"""y"'])
def test_a_broken_quote_costs_one_line(broken: bytes) -> None:
    found = cut(b"1,a\r\n" + broken + b'\r\n3,"q"\r\n4,d\r\n')
    assert rows(found) == [(b"1", b"a"), (b"3", b"q"), (b"4", b"d")]
    assert [(reject.index, reject.rule, reject.length) for reject in found.rejects] == [(1, "EXT-08", len(broken))]


def test_a_stray_quote_is_a_character_and_is_told() -> None:
    found = cut(b'1,a\n2,5" pipe\n"3",c\n')
    assert rows(found) == [(b"1", b"a"), (b"2", b'5" pipe'), (b"3", b"c")]
    assert found.notes.rows() == [(1, 1, "EXT-07")]


def test_a_single_quote_inside_a_quoted_field_is_a_character_and_is_told() -> None:
    found = cut(b'"1","a"\r\n"2","x"y"\r\n"3","""c""d"\r\n')
    assert rows(found) == [(b"1", b"a"), (b"2", b'x"y'), (b"3", b'"c"d')]
    assert found.notes.rows() == [(1, 1, "EXT-07")]
    assert found.rejects == ()


def test_a_quote_at_the_end_of_an_unquoted_field_is_a_character_beside_a_single_one_too() -> None:
    found = cut(b'"x"y",5"\r\n"3","b"\r\n')
    assert rows(found) == [(b'x"y', b'5"'), (b"3", b"b")]
    assert found.notes.rows() == [(0, 0, "EXT-07")]


@settings(deadline=None, max_examples=300)
@given(st.lists(st.sampled_from([b'"', b'""', b'"a"', b",", b"\r\n", b"\n", b"\r", b"b"]), max_size=30).map(b"".join))
def test_the_lines_found_broken_are_records_and_the_quotes_left_are_sound(data: bytes) -> None:
    scan = scan_block(data, ",", final=True)
    assert len(scan.quotes) % 2 == 0
    assert not len(scan.quotes) or sound(data, ",", scan.quotes)
    assert set(scan.damage.broken) <= set(Records(data, scan, 2).start.tolist())
    assert len(cut(data).rejects) >= len(scan.damage.broken)


def test_control_characters_are_told_once_a_cell() -> None:
    found = cut(b"1,\0\0\n2,\x1f\n")
    assert found.notes.rows() == [(0, 1, "EXT-06"), (1, 1, "EXT-09")]


def test_the_end_of_a_block_is_not_inside_quotes() -> None:
    assert last_record_end(b'1,2\n3,"x\ny', ",") == 4
    assert last_record_end(b'1,2\r\n3,"x\r\ny"\r\n4', ",") == 15
    assert last_record_end(b'1,"x\n', ",") == 0
    assert last_record_end(b"1,2\r3,4\r", ",") == 4  # the last CR may be half of a CRLF
    assert last_record_end(b'1,O"B\n2,"c\nd', ",") == 6


def test_an_open_record_is_broken_only_when_nothing_follows() -> None:
    data = b'1,2\n3,"x\ny'
    assert repair(data, ",", final=False).open_from == 4
    assert repair(data, ",", final=True).broken == (4,)


@pytest.mark.parametrize("delimiter", ["|", "\\", '"', "、", "", "::"])
def test_a_delimiter_that_can_be_half_a_character_is_refused(tmp_path: Path, delimiter: str) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes(b"a|b\n")
    table = LegacyTable("t", "表", ("t.csv",), "csv", "cp932", CSV.columns, delimiter=delimiter)
    with pytest.raises(UserError, match="区切り文字"):
        READERS["csv"].open(file, table)


CELL = st.binary(max_size=6).map(lambda raw: raw.replace(b"\0", b"0"))


@settings(deadline=None)
@given(st.lists(st.tuples(CELL, CELL), max_size=8), st.sampled_from([b"\r\n", b"\n", b"\r"]), st.booleans())
def test_what_a_csv_writer_quotes_comes_back(values: list[tuple[bytes, bytes]], newline: bytes, last: bool) -> None:
    lines = [b",".join(b'"' + cell.replace(b'"', b'""') + b'"' for cell in line) for line in values]
    found = cut(newline.join(lines) + (newline if last and lines else b""))
    assert rows(found) == values
    assert found.rejects == ()


@settings(deadline=None)
@given(
    st.lists(st.tuples(CELL, CELL), max_size=8),
    st.sampled_from([",", "\t", ";", "&"]),
    st.sampled_from([0, 1, 60]),
    st.randoms(use_true_random=False),
)
def test_the_cut_is_the_same_by_any_delimiter_and_among_any_bytes(
    values: list[tuple[bytes, bytes]], delimiter: str, blanks: int, chance: Random
) -> None:
    """Cells of mostly blanks and cells of mostly letters are looked through in different ways."""
    mark, padding = delimiter.encode(), b" " * blanks
    values = [(left + padding, right + padding) for left, right in values]
    special = set(b'"\r\n' + mark)

    def written(cell: bytes) -> bytes:
        quoted = special & set(cell) or not cell or chance.random() < 0.5
        return b'"' + cell.replace(b'"', b'""') + b'"' if quoted else cell

    lines = [mark.join(map(written, line)) + b"\r\n" for line in values]
    table = LegacyTable("t", "表", ("t.csv",), "csv", "cp932", CSV.columns, delimiter=delimiter, header=False)
    found = cut(b"".join(lines), table=table)
    assert rows(found) == values
    assert found.rejects == ()
    control = [
        (row, column) for row, cells in enumerate(values) for column, cell in enumerate(cells) if odd(cell, mark)
    ]
    assert [(row, column) for row, column, rule in found.notes.rows() if rule == "EXT-09"] == control


def odd(cell: bytes, mark: bytes) -> bool:
    """A control character stands in the cell, line ends and the delimiter left out."""
    return any(byte < 0x20 and byte not in b"\r\n" + mark for byte in cell)


FIXED = LegacyTable(
    "f", "固定", ("f",), "fixed", "cp932", (LegacyColumn("a", 0, 2), LegacyColumn("b", 3, 4)), record_length=7
)


def fixed(newline: str) -> LegacyTable:
    return LegacyTable("f", "固定", ("f",), "fixed", "cp932", FIXED.columns, record_length=7, newline=newline)


def test_fixed_cells_lose_trailing_spaces_only() -> None:
    found = cut(b" 1_ab  22_    ", Opened(("a", "b"), 0), FIXED)
    assert rows(found) == [(b" 1", b"ab"), (b"22", b"")]


def test_a_short_last_fixed_record_is_rejected() -> None:
    found = cut(b"11_abcd22_x", Opened(("a", "b"), 0), FIXED)
    assert rows(found) == [(b"11", b"abcd")]
    assert [(reject.index, reject.start, reject.length, reject.rule) for reject in found.rejects] == [
        (1, 7, 4, "EXT-03")
    ]


def test_fixed_records_of_another_length_cost_one_line() -> None:
    found = cut(b"11_abcd\r\n22_x\r\n33_abcdef\r\n44_wxyz\r\n", Opened(("a", "b"), 0), fixed("crlf"))
    assert rows(found) == [(b"11", b"abcd"), (b"44", b"wxyz")]
    assert [(reject.index, reject.length, reject.rule) for reject in found.rejects] == [
        (1, 4, "EXT-03"),
        (2, 9, "EXT-04"),
    ]
    assert found.overhead == 8


def test_the_last_fixed_line_may_lack_its_line_end() -> None:
    found = cut(b"11_abcd\n22_wxyz", Opened(("a", "b"), 0), fixed("lf"))
    assert rows(found) == [(b"11", b"abcd"), (b"22", b"wxyz")]
    assert found.overhead == 1


def test_a_fixed_definition_that_cannot_be_is_refused_whole(tmp_path: Path) -> None:
    file = tmp_path / "f"
    file.write_bytes(b"")
    columns = (LegacyColumn("長い", 5, 9), LegacyColumn("詰め", 0, 2, kind="packed"))
    table = LegacyTable("f", "固定", ("f",), "fixed", "cp932", columns, record_length=7, newline="cr")
    with pytest.raises(UserError) as raised:
        READERS["fixed"].open(file, table)
    for part in ("newline「cr」", "項目 長い の位置（5 から 9 バイト）"):
        assert part in str(raised.value)
