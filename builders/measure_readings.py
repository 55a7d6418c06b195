"""How well `migration.transforms.readings` tells right from wrong readings: the figures of docs/japanese/names.md.

名乗り are learned from four fifths of the names (by the hash of their kanji); the fifth left out is judged, with its
own reading, with that of another name, and with one kana changed. `python -m builders.measure_readings [FOLDER]`
"""

from __future__ import annotations

import hashlib
import random
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from builders.name_readings import Named, learned, named
from builders.readings import known
from migration.transforms.readings import Readings

SAMPLE = 4000
_KANA = (
    "アイウエオカキクケコサシスセソタチツテトナニヌネノハヒフヘホマミムメモヤユヨラリルレロワ"
    "ガギグゲゴザジズゼゾダデドバビブベボ"
)


def main(folder: Path) -> None:
    uji, na = named(folder)
    dictionaries = Readings(*known(folder))
    names = learned(_training(uji), _training(na), dictionaries)
    table = dictionaries.with_more(names)
    print(f"{len(na):,} given names, {len(uji):,} surnames; readings learned: {sum(map(len, names.values())):,}")
    valid = {*uji, *na}
    for title, whole, surname in (("surnames", uji, True), ("given names", na, False)):
        judged = [one for one in whole if _left_out(one)]
        judged = random.Random(7).sample(judged, min(SAMPLE, len(judged)))
        print(f"{title}: {len(judged):,} left out")
        before = time.process_time()
        _share("own reading accepted", judged, table, surname)
        spent = (time.process_time() - before) / len(judged)
        _share("… by the dictionaries alone", judged, dictionaries, surname)
        for label, change in (("another's reading", _another(whole)), ("one kana changed", _changed())):
            wrong = [Named(one.text, change(one)) for one in judged]
            _share(f"{label} accepted", [one for one in wrong if one not in valid], table, surname)
        print(f"  {spent * 1e6:.1f} µs a pair")


def _left_out(one: Named) -> bool:
    return int(hashlib.sha256(one.text.encode()).hexdigest()[:8], 16) % 5 == 0


def _training(names: Sequence[Named]) -> list[Named]:
    return [one for one in names if not _left_out(one)]


def _share(label: str, names: Sequence[Named], table: Readings, surname: bool) -> None:
    accepted = sum(table.plausible(one.text, one.kana, surname) for one in names)
    print(f"  {label}: {accepted / len(names):.2%} of {len(names):,}")


def _another(whole: Sequence[Named]) -> Callable[[Named], str]:
    chance = random.Random(11)
    return lambda one: chance.choice(whole).kana


def _changed() -> Callable[[Named], str]:
    chance = random.Random(13)

    def changed(one: Named) -> str:
        places = [place for place, sign in enumerate(one.kana) if sign in _KANA] or [0]
        place = chance.choice(places)
        return one.kana[:place] + chance.choice(_KANA.replace(one.kana[place], "")) + one.kana[place + 1 :]

    return changed


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "build/packages"))
