"""Arrow views of cells in a block: always the very bytes, evenly spaced or not; ASCII is told from the rest."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from migration.cells import Cells, padded
from migration.decoding import codec, decode_cells


def one_after_the_other(values: list[bytes]) -> Cells:
    lengths = np.array([len(value) for value in values], np.int64)
    return Cells(padded(b"".join(values)), np.cumsum(lengths) - lengths, lengths)


@settings(deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=30))
def test_views_are_the_bytes(values: list[bytes]) -> None:
    assert one_after_the_other(values).views().to_pylist() == [value or None for value in values]


@settings(deadline=None)
@given(st.lists(st.binary(max_size=21), min_size=2, max_size=30), st.integers(0, 5))
def test_views_of_evenly_spaced_cells_are_the_bytes(values: list[bytes], before: int) -> None:
    data = b"".join(b"-" * before + value.ljust(21, b" ") for value in values)
    starts = np.arange(len(values), dtype=np.int64) * (before + 21) + before
    lengths = np.array([len(value) for value in values], np.int64)
    assert Cells(padded(data), starts, lengths, before + 21).views().to_pylist() == [value or None for value in values]


@pytest.mark.parametrize("length", [1, 4, 5, 12, 13, 19, 20, 21, 36, 37])
def test_a_byte_that_is_not_ascii_is_seen_wherever_it_stands(length: int) -> None:
    for place in range(length):
        value = bytearray(b"a" * length)
        value[place] = 0xB1
        cells = one_after_the_other([b"a" * 3, bytes(value), b"b" * length, b"c" * 40])
        expected = ["aaa", "a" * place + "ｱ" + "a" * (length - place - 1), "b" * length, "c" * 40]
        assert decode_cells(cells, codec("cp932")).text.to_list() == expected


def test_bytes_behind_a_cell_do_not_make_it_other_than_ascii() -> None:
    data = padded("山12山3456789012345山".encode("cp932"))
    cells = Cells(data, np.array([2, 6], np.int64), np.array([2, 13], np.int64))
    assert decode_cells(cells, codec("cp932")).text.to_list() == ["12", "3456789012345"]
