"""eucJP-ms: Python's euc_jp for what both have, the shipped table for Windows' own characters and gaiji."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from functools import cache

from mappings.host_encodings import shipped_table

_ERRORS = "ikou-sample-euc"


def encode_euc_ms(text: str) -> bytes:
    """The bytes of `text`; a character eucJP-ms does not have is an error that names it."""
    return text.encode("euc_jp", _ERRORS)


def _from_table(error: UnicodeError) -> tuple[bytes, int]:
    if not isinstance(error, UnicodeEncodeError):
        raise error
    letters = error.object[error.start : error.end]
    try:
        return b"".join(_codes()[letter] for letter in letters), error.end
    except KeyError:
        raise ValueError(f"eucJP-ms has no {' '.join(f'U+{ord(letter):04X}' for letter in letters)}") from None


@cache
def _codes() -> Mapping[str, bytes]:
    found: dict[str, bytes] = {}
    for code, text in sorted(shipped_table("euc_jp_ms").items(), key=lambda one: (len(one[0]), one[0])):
        found.setdefault(text, code)
    return found


codecs.register_error(_ERRORS, _from_table)
