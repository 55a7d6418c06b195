"""The register of the simulated town: who lives where with whom, and a row for every change.

Only this module writes history rows, so every row shows the state right after its event, history numbers run from 1
without gaps, and processing days never go back.
"""

from __future__ import annotations

import random
from typing import NamedTuple

from sample_data.kinship import HEAD, relation
from sample_data.lists import Lists
from sample_data.people import Household, Person, Row


class Residence(NamedTuple):
    """One address in the town: 町字, 番地, 枝番, building (-1 none) and room."""

    town: int
    lot: int
    branch: int
    building: int
    room: int


class Elsewhere(NamedTuple):
    """An address in another municipality (municipality -1: abroad)."""

    municipality: int
    lot: int
    branch: int


class FamilyRegister(NamedTuple):
    """戸籍: 本籍 (a residence of the town, -1 elsewhere), person named first (筆頭者), the surname they had then."""

    residence: int
    first: int
    surname: int


class Register:
    """All persons, households, addresses and rows so far. Index 0 of persons and households is nobody."""

    def __init__(self, lists: Lists, rng: random.Random, as_of: int) -> None:
        self.lists = lists
        self.rng = rng
        self.as_of = as_of
        self.people: list[Person] = [Person(0, 0, 0, 0, 0, resident=False)]
        self.households: list[Household] = [Household(0, 0)]
        self.residences: list[Residence] = []
        self.elsewhere: list[Elsewhere] = []
        self.registers: list[FamilyRegister] = []
        self._named: set[tuple[int | str, ...]] = set()  # 本籍 and 筆頭者 of every 戸籍 here: no two are alike
        self.rows: list[Row] = []
        self.population = 0

    def new_person(self, sex: int, birth: int, surname: int, given: int = -1) -> Person:
        year = int(birth / 365.2425) + 1
        name = given if given >= 0 else self.lists.given_name(self.rng, sex, year)
        person = Person(len(self.people), sex, birth, surname, name, birth_surname=surname)
        self.people.append(person)
        self.population += 1
        return person

    def new_household(self, residence: int) -> Household:
        household = Household(len(self.households), residence)
        self.households.append(household)
        return household

    def new_residence(self) -> int:
        rng = self.rng
        town = rng.choices(range(len(self.lists.towns)), self.lists.town_weights)[0]
        flat = rng.random() < 0.22
        building = rng.randrange(len(self.lists.buildings)) if flat else -1
        room = rng.randrange(1, 5) * 100 + rng.randrange(1, 9) if flat else 0
        lot = rng.randrange(1, 2400) if self.lists.towns[town]["town"].startswith("大字") else rng.randrange(1, 30)
        branch = rng.randrange(0, 30)
        self.residences.append(Residence(town, lot, branch, building, room))
        return len(self.residences) - 1

    def new_elsewhere(self, abroad: bool = False) -> int:
        place = -1 if abroad else self.rng.randrange(len(self.lists.elsewhere))
        self.elsewhere.append(Elsewhere(place, self.rng.randrange(1, 60), self.rng.randrange(1, 30)))
        return len(self.elsewhere) - 1

    def new_family_register(self, person: Person, *, arrived: bool = False) -> int:
        """A new 戸籍, at the person's home or anywhere in the town; many who arrive have theirs elsewhere."""
        residence = self.households[person.household].residence
        name = (self.lists.surnames[person.surname].text, self.lists.given[person.given].text)
        if arrived and person.number % 9 < 5:
            residence = -1
        else:
            while (*self.residences[residence][:3], *name) in self._named:
                residence = self.new_residence()
            self._named.add((*self.residences[residence][:3], *name))
        self.registers.append(FamilyRegister(residence, person.number, person.surname))
        return len(self.registers) - 1

    def is_first(self, person: Person) -> bool:
        """Whether the person is the 筆頭者 of the 戸籍 they are in."""
        return bool(self.registers) and self.registers[person.register].first == person.number

    def join(self, person: Person, household: Household, *, head: bool = False) -> None:
        household.members.append(person.number)
        person.household = household.number
        if head:
            household.head = person.number
            household.members.remove(person.number)
            household.members.insert(0, person.number)

    def leave(self, person: Person) -> Household:
        """Takes the person out of their household; the next head follows unless it is left headless."""
        household = self.households[person.household]
        household.members.remove(person.number)
        if household.head == person.number:
            household.head = 0
            if household.members and not household.headless:
                self.set_head(household, self._next_head(household, person))
        return household

    def set_head(self, household: Household, number: int) -> None:
        household.head = number
        household.members.remove(number)
        household.members.insert(0, number)

    def record(self, person: Person, event: str, event_date: int, **extra: int | str) -> None:
        """Writes one row: the person's state now. `extra` overrides removal and destination fields."""
        household = self.households[person.household]
        head = self.people[household.head]
        word = relation(head, person, self.people) if household.head and person.resident else str(extra.get("word", ""))
        processed = min(event_date + int(extra.get("delay", -1) if "delay" in extra else self._delay()), self.as_of)
        person.processed = max(person.processed, processed, event_date)
        person.rows += 1
        person.seen = (household.number, household.head, hash_word(word), head.surname)
        position = household.members.index(person.number) + 1 if person.resident else int(extra.get("position", 0))
        self.rows.append(
            Row(
                person.number,
                person.rows,
                event,
                event_date,
                person.processed,
                household.number,
                int(extra.get("head", household.head)),
                self.people[int(extra.get("head", household.head))].surname,
                word,
                position,
                person.surname,
                person.register,
                household.residence,
                person.previous,
                int(extra.get("destination", -1)),
                person.became_resident,
                person.settled,
                str(extra.get("removed_by", "")),
                int(extra.get("removed_on", 0)),
                int(extra.get("announced", 0)),
                person.has_code,
                person.has_number,
                person.kana_checked,
                person.country,
            )
        )

    def refresh(self, household: Household, event_date: int) -> None:
        """Rows for the members whose head, 続柄 or head's name are no longer as last written."""
        head = self.people[household.head]
        for number in household.members:
            person = self.people[number]
            word = relation(head, person, self.people) if household.head else ""
            if person.seen != (household.number, household.head, hash_word(word), head.surname):
                self.record(person, "世帯主変更", event_date)

    def remove(self, person: Person, event: str, event_date: int, destination: int = -1) -> Household:
        """Death, moving out, removal ex officio: the last row of a person keeps household and 続柄."""
        household = self.households[person.household]
        head = self.people[household.head]
        word = relation(head, person, self.people) if household.head else ""
        former, position = household.head, household.members.index(person.number) + 1
        person.resident = False
        self.population -= 1
        left = self.leave(person)
        self.record(
            person, event, event_date, word=word, head=former, position=position, destination=destination,
            removed_by=event, removed_on=event_date,
        )  # fmt: skip
        return left

    def _next_head(self, household: Household, former: Person) -> int:
        if former.spouse in household.members:
            return former.spouse
        return min(household.members, key=lambda number: (self.people[number].birth, number))

    def _delay(self) -> int:
        return int(self.rng.random() ** 2 * 15)


_WORDS: dict[str, int] = {"": 0, HEAD: 1}


def hash_word(word: str) -> int:
    """A small number for a 続柄, the same within one run."""
    return _WORDS.setdefault(word, len(_WORDS))
