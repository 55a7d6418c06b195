"""How addresses of a corpus are split, differences grouped by cause: the tables of docs/japanese/addresses.md.

    python tests/bench/address_corpora.py CASES.csv NATION.tar.gz

CASES has the columns 住所, 都道府県, 市区町村, 町字. A difference is explained by what the splitter itself says (note,
flags); one it says nothing about is SILENT.
"""

from __future__ import annotations

import csv
import sys
import time
from collections import defaultdict
from pathlib import Path

from migration.addresses.address import Address
from migration.addresses.directory import directory
from migration.addresses.masters import read_towns
from migration.addresses.splitting import Splitter

COMPARED = ("都道府県", "市区町村", "町字")


def cause(address: Address) -> str:
    """What the splitter says about an address it reads otherwise."""
    return address.note or "、".join(address.flags) or "SILENT"


def main() -> None:
    cases, nation = map(Path, sys.argv[1:])
    start = time.process_time()
    splitter = Splitter(directory(read_towns(nation)))
    loaded = time.process_time()
    differing: dict[str, list[tuple[str, str, str]]] = defaultdict(list)
    count = 0
    with cases.open(encoding="utf-8-sig", newline="") as file:
        for row in csv.DictReader(file):
            count += 1
            address = splitter.split(row["住所"])
            wanted, got = ([one.get(part, "") for part in COMPARED] for one in (row, address.parts))
            if wanted != got:
                differing[cause(address)].append((row["住所"], "".join(wanted), "".join(got)))
    right, silent = count - sum(map(len, differing.values())), len(differing["SILENT"])
    print(f"{count} 件中 {right} 件一致（{right / count:.1%}）、注記なしの相違 {silent} 件")
    print(f"読込 {loaded - start:.1f} 秒、分割 {time.process_time() - loaded:.1f} 秒（CPU）\n")
    for reason, those in sorted(differing.items(), key=lambda item: -len(item[1])):
        for text, wanted_text, got_text in those:
            print(f"| {reason} | {text} | {wanted_text} | {got_text} |")


if __name__ == "__main__":
    main()
