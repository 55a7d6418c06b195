"""eucJP-ms (Windows-31J in EUC form) on top of Python's euc_jp: what Python refuses, and what it reads otherwise.

Python's codec decodes a column at once; codes it lacks (NEC row 13, IBM's and the user's rows: 2,099) come from the
shipped table, and the eight it reads as other characters (wave dash, minus, cent …) are exchanged afterwards.
"""

from __future__ import annotations

import codecs
from collections import Counter
from collections.abc import Mapping
from functools import cache

from mappings.host_encodings import shipped_table
from migration.codepages.texts import ESCAPE

EUC_MS_ERRORS = "ikou-euc-ms"
# JIS X 0212's tilde, which Python reads as an ASCII tilde, as the code of the same Windows character in JIS X 0208
EUC_MS_REWRITTEN = ((b"\x8f\xa2\xb7", b"\xa1\xc1"),)
EUC_MS_DIFFERENCES = {
    0x301C: "\uff5e",
    0x2016: "\u2225",
    0x2212: "\uff0d",
    0x00A2: "\uffe0",
    0x00A3: "\uffe1",
    0x00A6: "\uffe4",
    0x00AC: "\uffe2",
}


@cache
def euc_ms_duplicates() -> str:
    """Regex class of the characters that have more than one code."""
    counts = Counter(shipped_table("euc_jp_ms").values())
    return f"[{''.join(sorted(text for text, count in counts.items() if count > 1))}]"


def euc_ms_encode(text: str) -> bytes:
    """The bytes a text has, in the first code of each character; '?' for one that has none."""
    return b"".join(_back().get(letter, b"?") for letter in text)


@cache
def _back() -> Mapping[str, bytes]:
    back: dict[str, bytes] = {}
    for code, text in sorted(shipped_table("euc_jp_ms").items(), key=lambda one: (len(one[0]), one[0])):
        back.setdefault(text, code)
    return back


def _read(error: UnicodeError) -> tuple[str, int]:
    """What Python could not decode: a code of the table, else the bytes of one character as escapes."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    start, codes = error.start, shipped_table("euc_jp_ms")
    for size in (3, 2):
        code = bytes(error.object[start : start + size])
        if len(code) == size and code in codes:
            return codes[code], start + size
    end = start + 1
    while end < error.end and error.object[end] >= 0x80:
        end += 1
    return "".join(chr(ESCAPE + byte) for byte in error.object[start:end]), end


codecs.register_error(EUC_MS_ERRORS, _read)
