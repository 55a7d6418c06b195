"""Does a file look like the encoding its table declares? Samples only; certainty comes with extract."""

from __future__ import annotations

import codecs
from pathlib import Path

from mappings.legacy_source import LegacyTable
from migration.decoding import column_codec

SAMPLE = 1 << 16
_MANY_NULS = 0.01
_EBCDIC_SPACE = 0x40
_ASCII_SIGNS = (0x20, 0x2C, 0x30, 0x31, 0x0A)


def encoding_doubt(file: Path, table: LegacyTable) -> str:
    """What the file looks like instead of what `table` declares (Japanese words), '' when nothing speaks against it."""
    known = column_codec(table)
    size = file.stat().st_size
    with file.open("rb") as stream:
        head = stream.read(SAMPLE)
        stream.seek(max(0, size // 2 - SAMPLE // 2))
        middle = stream.read(SAMPLE)
    if known.space == _EBCDIC_SPACE:
        return _not_ebcdic(head + middle)
    if any(column.kind != "text" for column in table.columns) or not known.plain:
        return _ebcdic(head + middle)
    return _by_mark(head, known.bom) or _by_bytes(head + middle) or _by_decoding([head, middle], known.name)


def _by_mark(head: bytes, own: bytes) -> str:
    if head.startswith(codecs.BOM_UTF8) and not own:
        return "UTF-8（先頭に目印 EF BB BF があります）"
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "UTF-16（先頭に目印があります）"
    return ""


def _by_bytes(sample: bytes) -> str:
    if not sample:
        return ""
    nuls = sample.count(0)
    if nuls > len(sample) * 0.2:
        return "UTF-16 か、文字でないデータ（00 が多数あります）"
    if nuls > len(sample) * _MANY_NULS:
        return "文字でないデータ（00 が多数あります）"
    return _ebcdic(sample)


def _ebcdic(sample: bytes) -> str:
    letters = sum(sample.count(byte) for byte in (*range(0xC1, 0xCA), *range(0xD1, 0xDA), *range(0xE2, 0xEA)))
    digits = sum(sample.count(byte) for byte in range(0xF0, 0xFA))
    spaces, ascii_signs = sample.count(_EBCDIC_SPACE), sum(sample.count(byte) for byte in _ASCII_SIGNS)
    if (
        sample
        and digits + spaces + letters > len(sample) * 0.4
        and ascii_signs < len(sample) * 0.02
        and digits + spaces
    ):
        return "EBCDIC（汎用機の文字コード）"
    return ""


def _not_ebcdic(sample: bytes) -> str:
    """ASCII digits and spaces, and hardly any of EBCDIC's."""
    plain = sample.count(0x20) + sum(sample.count(byte) for byte in range(0x30, 0x3A))
    host = sample.count(_EBCDIC_SPACE) + sum(sample.count(byte) for byte in range(0xF0, 0xFA))
    if plain > len(sample) * 0.2 and host < len(sample) * 0.02:
        return "シフトJIS か ASCII（汎用機の文字コードではありません）"
    return ""


def _by_decoding(samples: list[bytes], declared: str) -> str:
    samples = [sample for sample in samples if not sample.isascii()]
    if not samples:
        return ""
    fits = {name: all(_reads(sample, name) for sample in samples) for name in ("utf-8", "cp932", "euc_jp")}
    if declared == "utf_8":
        if fits["utf-8"]:
            return ""
        return next((title for name, title in _TITLES.items() if fits[name]), "UTF-8 でない文字コード")
    if fits["utf-8"]:
        return "UTF-8"
    other = "euc_jp" if declared == "cp932" else "cp932"
    return _TITLES[other] if fits[other] and not fits[declared] else ""


_TITLES = {"cp932": "シフトJIS（CP932）", "euc_jp": "EUC-JP"}


def _reads(sample: bytes, name: str) -> bool:
    """Whether the sample decodes; a character cut at either end of the sample does not count."""
    for skip in range(4):
        try:
            codecs.getincrementaldecoder(name)().decode(sample[skip:], final=False)
        except UnicodeDecodeError:
            continue
        return True
    return False
