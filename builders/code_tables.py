"""Code tables of IBM's Japanese host pages and of eucJP-ms, dumped from glibc's iconv, one code at a time.

python -m builders.code_tables     (on a Linux with glibc and its gconv modules: Debian libc6)

glibc turns single bytes that are not assigned into U+001A instead of refusing them; those are left out.
"""

from __future__ import annotations

import ctypes
import hashlib
import platform
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

import polars as pl

OUT = Path(__file__).parent.parent / "mappings" / "shared" / "code_tables"
PAGES = ("930", "939", "1390", "1399")
DOUBLE = {"ibm930_double": "930", "ibm1390_double": "1390"}  # 939 and 1399 have the same double-byte codes
_SUBSTITUTE = "\x1a"
_Decode = Callable[[bytes], "str | None"]


def main() -> None:
    """Write shipped.parquet and SOURCE.md."""
    rows = [(table, code.hex().upper(), text) for table, code, text in _every()]
    frame = pl.DataFrame(rows, schema={"table": pl.String, "code": pl.String, "text": pl.String}, orient="row")
    OUT.mkdir(parents=True, exist_ok=True)
    path = OUT / "shipped.parquet"
    frame.write_parquet(path, compression="zstd", compression_level=19, statistics=False)
    counts = frame.group_by("table", maintain_order=True).len()
    (OUT / "SOURCE.md").write_text(_source(path, counts), encoding="utf-8")
    print(counts)


def _every() -> Iterator[tuple[str, bytes, str]]:
    for page in PAGES:
        decode = _decoder(f"IBM{page}")
        singles = (bytes((code,)) for code in range(256) if code not in (0x0E, 0x0F))
        for code, text in _decoded(decode, singles):
            if text != _SUBSTITUTE or code == b"\x3f":
                yield f"ibm{page}_single", code, text
    for table, page in DOUBLE.items():
        other = _decoder(f"IBM{ {'930': '939', '1390': '1399'}[page] }")
        for code, text in _decoded(_decoder(f"IBM{page}"), (b"\x0e" + pair for pair in _pairs(0x40, 0x40))):
            if other(code) != text:
                raise SystemExit(f"{table}: {code.hex()} differs between the two pages that share it")
            yield table, code[1:], text
    high = list(_pairs(0xA1, 0xA1))
    codes = [bytes((code,)) for code in range(0x80)] + [bytes((0x8E, code)) for code in range(0xA1, 0xE0)]
    codes += [*high, *(b"\x8f" + pair for pair in high)]
    for code, text in _decoded(_decoder("EUC-JP-MS"), codes):
        yield "euc_jp_ms", code, text


def _pairs(lead: int, trail: int) -> Iterator[bytes]:
    return (bytes((first, second)) for first in range(lead, 0xFF) for second in range(trail, 0xFF))


def _decoded(decode: _Decode, codes: Iterable[bytes]) -> Iterator[tuple[bytes, str]]:
    for code in codes:
        text = decode(code)
        if text is not None:
            yield code, text


def _decoder(name: str) -> _Decode:
    """The text of one code from its initial state, None when iconv refuses it."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.iconv_open.restype = ctypes.c_void_p
    libc.iconv.argtypes = [ctypes.c_void_p] * 5
    libc.iconv.restype = ctypes.c_size_t
    state = libc.iconv_open(b"UTF-32BE", name.encode())
    failed = ctypes.c_size_t(-1).value
    if state == failed:
        raise SystemExit(f"this iconv does not know {name}")

    def decode(code: bytes) -> str | None:
        libc.iconv(state, None, None, None, None)
        source, target = ctypes.create_string_buffer(code, len(code)), ctypes.create_string_buffer(64)
        here, there = ctypes.c_void_p(ctypes.addressof(source)), ctypes.c_void_p(ctypes.addressof(target))
        left, room = ctypes.c_size_t(len(code)), ctypes.c_size_t(64)
        places = [ctypes.byref(one) for one in (here, left, there, room)]
        if libc.iconv(state, *places) == failed or left.value:
            return None
        libc.iconv(state, None, None, *places[2:])
        return target.raw[: 64 - room.value].decode("utf-32-be")

    return decode


def _source(path: Path, counts: pl.DataFrame) -> str:
    lines = [f"| {table} | {count:,} |" for table, count in counts.rows()]
    version = "glibc " + platform.libc_ver()[1]
    return "\n".join(
        [
            "# Code tables of IBM 930/939/1390/1399 and eucJP-ms",
            "",
            f"Facts dumped code by code from `iconv` of {version} (`python -m builders.code_tables`);",
            "no text of glibc is copied. IBM's double-byte codes were compared with ICU's: equal for every code. "
            "eucJP-ms as in glibc",
            "(A1C1 is U+FF5E; F5A1-FEFE and 8FF5A1-8FFEFE are U+E000-U+E757).",
            "",
            f"`shipped.parquet` sha256 {hashlib.sha256(path.read_bytes()).hexdigest()}",
            "",
            "| table | codes |",
            "|---|---|",
            *lines,
            "",
        ]
    )


if __name__ == "__main__":
    main()
