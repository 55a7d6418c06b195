"""The address corpora: how many are right, that nothing is wrong without a flag, and which differ, by cause.

The nation's 町字 (geolonia, CC BY 4.0), a quarter of the geolonia cases (MIT) and the IMI cases (MIT) lie beside the
project; the tests skip where they are absent.
"""

from __future__ import annotations

import csv
import json
import random
import re
from pathlib import Path

import pytest

from migration.addresses.address import Address
from migration.addresses.directory import directory
from migration.addresses.masters import Municipality, read_towns
from migration.addresses.splitting import Splitter
from migration.transforms.municipalities import Municipalities
from migration.transforms.municipalities import Municipality as OldMunicipality
from migration.transforms.numerals import arabic

DATA = Path(__file__).parents[2] / "shared" / "data"
NATION = DATA / "towns" / "nationwide_towns_2024-01.tar.gz"
CASES = DATA / "corpora" / "geolonia_addresses_quarter.csv"
IMI = DATA / "corpora" / "imi-address"
OWN_OF_IMI = "131121"  # most IMI cases name no municipality and mean 世田谷区

needed = [path for path in (NATION, CASES, IMI) if not path.exists()]
pytestmark = pytest.mark.skipif(bool(needed), reason=f"absent: {', '.join(map(str, needed))}")


@pytest.fixture(scope="module")
def nation() -> tuple[Municipality, ...]:
    return read_towns(NATION)


@pytest.fixture(scope="module")
def splitter(nation: tuple[Municipality, ...]) -> Splitter:
    return Splitter(directory(nation))


@pytest.fixture(scope="module")
def cases(splitter: Splitter) -> list[tuple[dict[str, str], Address]]:
    with CASES.open(encoding="utf-8-sig", newline="") as file:
        return [(row, splitter.split(row["住所"])) for row in csv.DictReader(file)]


def wrong(row: dict[str, str], address: Address) -> bool:
    return any(row[part] != address.parts.get(part, "") for part in ("都道府県", "市区町村", "町字"))


def test_geolonia_towns_are_right(cases: list[tuple[dict[str, str], Address]]) -> None:
    right = [row for row, address in cases if not wrong(row, address)]
    assert len(cases) == 1798
    assert len(right) / len(cases) >= 0.99


def test_geolonia_towns_are_not_silently_wrong(cases: list[tuple[dict[str, str], Address]]) -> None:
    silent = [row["住所"] for row, address in cases if wrong(row, address) and not (address.flags or address.note)]
    assert silent == []


def test_geolonia_round_trip(cases: list[tuple[dict[str, str], Address]], splitter: Splitter) -> None:
    for row, address in cases:
        assert "".join(piece for _, piece in address.sources) == row["住所"]
        assert splitter.split(address.value).value == address.value


def test_towns_of_the_nation_in_every_spelling(nation: tuple[Municipality, ...], splitter: Splitter) -> None:
    """Drawn 町字 written in five ways come back as the list has them, or with a note."""
    drawn = random.Random(7)
    asked = silent = 0
    for municipality in drawn.sample(nation, 150):
        assert municipality.read is not None
        towns = municipality.read()
        for town in drawn.sample(towns, min(3, len(towns))):
            for text in spellings(town.name):
                asked += 1
                address = splitter.split(municipality.prefecture + municipality.name + text)
                right = (address.parts.get("町字"), address.parts.get("番地号")) == (town.name, "12-3")
                silent += not (right or address.note)
    assert asked > 1000
    assert silent <= asked * 0.001


def spellings(town: str) -> list[str]:
    wide = str.maketrans("0123456789-", "０１２３４５６７８９－")
    found = re.fullmatch("(.*[^一二三四五六七八九十百])([一二三四五六七八九十百]+)丁目", town)
    written = [town + "12番3号", town + "12番地の3", (town + "12-3").translate(wide)]
    if found:
        chome = arabic(found[2])
        written += [f"{found[1]}{chome}丁目12-3", f"{found[1]}{chome}-12-3"]
    return (
        [*written, town + "十二番三号コーポ一番館"] if not town.endswith(tuple("一二三四五六七八九十百千")) else written
    )


ABOLISHED = Municipalities(  # a town's own list: no package carries them
    [
        OldMunicipality("112046", "埼玉県", "", "浦和市", "", "2001-05-01", ("111007",)),
        OldMunicipality("131881", "東京都", "", "田無市", "", "2001-01-21", ("132292",)),
        OldMunicipality("282219", "兵庫県", "", "篠山市", "", "2019-05-01", ("282219",)),
    ]
)
IMI_DIFFERENCES = {
    "兵庫県篠山市北新町41": "改称前の市名は残し「廃止市区町村」とする（改称後の市の町字では分けない）",
    "東京都世田谷区三軒茶屋": "丁目のない町名は町字にせず残す",
    "東京都世田谷区三軒茶屋四丁目": "丁目が一覧にないとき、町名だけを町字にはしない",
}


def imi_cases() -> list[tuple[str, dict[str, str]]]:
    found = {}
    for file in sorted(IMI.glob("*.json")) if IMI.exists() else []:
        for case in json.loads(file.read_text(encoding="utf-8")):
            for wanted in _addresses(case["output"]):
                found[wanted["表記"]] = wanted
    return list(found.items())


def _addresses(node: object) -> list[dict[str, str]]:
    if isinstance(node, list):
        return [one for part in node for one in _addresses(part)]
    if not isinstance(node, dict):
        return []
    here = [node] if "表記" in node else []
    return here + [one for part in node.values() for one in _addresses(part)]


@pytest.mark.parametrize(("text", "wanted"), imi_cases())
def test_imi_cases(text: str, wanted: dict[str, str], nation: tuple[Municipality, ...]) -> None:
    address = Splitter(directory(nation, OWN_OF_IMI, ABOLISHED)).split(text)
    town = wanted.get("町名", "") + (f"{_kanji(wanted['丁目'])}丁目" if "丁目" in wanted else "")
    lot = "-".join(wanted[name] for name in ("番地", "号") if name in wanted)
    expected = (wanted.get("都道府県", ""), wanted.get("市区町村", ""), town, lot)
    got = tuple(address.parts.get(name, "") for name in ("都道府県", "市区町村", "町字", "番地号"))
    if text in IMI_DIFFERENCES:
        assert got != expected
        assert address.note or address.flags
    else:
        assert got == expected


def _kanji(number: str) -> str:
    return "〇一二三四五六七八九"[int(number)]
