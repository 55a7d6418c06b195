"""migration/transforms/data/area_codes.csv: how many digits the area code of a Japanese fixed-line number has.

Every 6-digit beginning (0ABCDE) of a 10-digit number is asked of phonenumbers; runs of equal answers are one line.
`python -m builders.area_codes [FOLDER of downloads]`
"""

from __future__ import annotations

import csv
import importlib
import itertools
import sys
from pathlib import Path
from typing import Any

from builders.packages import fetched

TARGET = Path(__file__).parents[1] / "migration/transforms/data/area_codes.csv"


def main(folder: Path) -> None:
    (wheel,) = fetched("phonenumbers", folder)
    sys.path.insert(0, str(wheel))
    phones = importlib.import_module("phonenumbers")
    lengths = [_length(phones, f"0{beginning:05}") for beginning in range(100_000)]
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("first", "last", "digits"))
        start = 0
        for length, run in itertools.groupby(lengths):
            count = len(list(run))
            if length:
                writer.writerow((f"0{start:05}", f"0{start + count - 1:05}", length))
            start += count
    print(f"{TARGET.name}: {TARGET.stat().st_size:,} bytes, {sum(map(bool, lengths)):,} beginnings")


def _length(phones: Any, beginning: str) -> int:
    """Digits of the area code with its 0; 0 when no fixed line begins so."""
    if beginning.startswith(("00", "010")):  # prefixes of carriers and of calls abroad
        return 0
    for rest in ("0000", "1111", "2345"):
        number = phones.parse(beginning + rest, "JP")
        if phones.number_type(number) in (0, 2):  # fixed line, or fixed line or mobile
            return len(phones.format_number(number, phones.PhoneNumberFormat.NATIONAL).split("-")[0])
    return 0


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "downloads"))
