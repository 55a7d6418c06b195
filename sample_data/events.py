"""What can happen to the people of the town. Each event changes the register and has the rows written.

An event is given the register, the person who drew it (nobody for events of the whole town) and the day; it does
nothing when the person is not in the situation for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sample_data import founding
from sample_data.founding import YEAR
from sample_data.people import Household, Person
from sample_data.register import Register

Event: TypeAlias = Callable[[Register, Person, int], None]


def die(register: Register, person: Person, day: int) -> None:
    _gone(register, person, "死亡", day)
    if person.spouse:
        register.people[person.spouse].married = False


def bear(register: Register, mother: Person, day: int) -> None:
    """A child is born to a married couple living together; it enters its parents' 戸籍."""
    father = register.people[mother.spouse]
    if not (mother.married and father.resident and father.household == mother.household):
        return
    if mother.country >= 0 or father.country >= 0:
        return
    child = register.new_person(1 if register.rng.random() < 0.513 else 2, day, father.surname)
    child.father, child.mother, child.register = father.number, mother.number, father.register
    child.became_resident = child.settled = day
    child.has_code, child.has_number = mother.has_code, mother.has_number
    child.kana_checked = mother.kana_checked
    register.join(child, register.households[mother.household])
    register.record(child, "出生", day)


def marry(register: Register, man: Person, day: int) -> None:
    """A man and a woman of the town set up house, or a bride or groom comes from elsewhere into the man's."""
    if man.married or man.country >= 0:
        return
    bride = _bride(register, man) if register.rng.random() < 0.5 else None
    home = register.new_household(register.new_residence())
    for person in (man, bride):
        if person:
            _change_house(register, person, home, day)
    if bride is None:
        bride = _newcomer(register, 2, man.birth + int((register.rng.random() * 6 - 2) * YEAR), day)
        register.join(bride, home)
    founding.marry(man, bride)
    founding.settle_family_registers(register, home)
    for person in (man, bride):
        register.record(person, "婚姻" if person.rows else "転入", day)


def divorce(register: Register, wife: Person, day: int) -> None:
    """The wife leaves, with her youngest child, for a flat in the town; who is not the 筆頭者 gets back their name."""
    husband = register.people[wife.spouse]
    if not (wife.married and husband.resident and husband.household == wife.household):
        return
    wife.married = husband.married = False
    wife.spouse = husband.spouse = 0
    parted = husband if register.is_first(wife) else wife
    parted.surname = parted.birth_surname
    household = register.households[wife.household]
    child = next((n for n in reversed(household.members) if register.people[n].mother == wife.number), 0)
    home = register.new_household(register.new_residence())
    _change_house(register, wife, home, day)
    parted.register = register.new_family_register(parted)
    if child:
        _change_house(register, register.people[child], home, day)
        register.record(register.people[child], "転居", day)
    for person in {wife.number: wife, parted.number: parted}.values():
        register.record(person, "離婚", day)


def leave(register: Register, person: Person, day: int) -> None:
    """One grown-up without spouse moves away, now and then abroad."""
    if person.married or day - person.birth < 18 * YEAR:
        return
    household = register.households[person.household]
    if household.head == person.number and len(household.members) > 1:
        return
    _move_out(register, person, day, register.rng.random() < 0.02)


def leave_together(register: Register, person: Person, day: int) -> None:
    """A whole household moves away when its head draws this."""
    household = register.households[person.household]
    if household.head != person.number:
        return
    destination = register.new_elsewhere()
    for number in list(reversed(household.members)):
        register.remove(register.people[number], "転出", day, destination)


def move(register: Register, person: Person, day: int) -> None:
    """A whole household moves within the town."""
    household = register.households[person.household]
    if household.head != person.number:
        return
    household.residence = register.new_residence()
    for number in household.members:
        register.people[number].settled = day
        register.record(register.people[number], "転居", day)


def split(register: Register, person: Person, day: int) -> None:
    """A grown-up child sets up its own household: a new flat, or only on paper (世帯分離)."""
    household = register.households[person.household]
    if household.head == person.number or person.married:
        return
    paper = register.rng.random() < 0.4
    home = register.new_household(household.residence if paper else register.new_residence())
    _change_house(register, person, home, day, moved=not paper)
    register.record(person, "世帯分離" if paper else "転居", day)


def join_child(register: Register, person: Person, day: int) -> None:
    """An old person living alone moves in with a child in the town."""
    household = register.households[person.household]
    if len(household.members) > 1:
        return
    for other in register.people[person.number + 1 : person.number + 12]:
        if person.number in (other.father, other.mother) and other.resident:
            _change_house(register, person, register.households[other.household], day)
            register.record(person, "転居", day)
            return


def cede(register: Register, person: Person, day: int) -> None:
    """An old head hands the household over to the oldest grown-up child in it."""
    household = register.households[person.household]
    if household.head != person.number:
        return
    grown = [n for n in household.members if day - register.people[n].birth > 30 * YEAR]
    heirs = [n for n in grown if person.number in (register.people[n].father, register.people[n].mother)]
    if heirs:
        register.set_head(household, heirs[0])
        register.refresh(household, day)


def correct(register: Register, person: Person, day: int) -> None:
    """A clerk puts something right that this history does not show."""
    register.record(person, "軽微な修正", day)
    if person.number % 40 == 0:  # done by mistake and undone
        register.record(person, "異動の取消し", day)


def announce_removal(register: Register, person: Person, day: int) -> None:
    """A person living alone is found to be gone: removed ex officio (職権消除)."""
    if len(register.households[person.household].members) == 1:
        register.remove(person, "職権消除", day)


def arrive(register: Register, _: Person, day: int) -> None:
    """A household moves in; one in twelve is a single foreigner (in the register since 2012-07-09)."""
    rng = register.rng
    residence = register.new_residence()
    if rng.random() < 0.08:
        _arrive_foreigner(register, residence, day)
        return
    age = min(85, max(19, int(rng.gauss(34, 12))))
    household = founding.family(register, day, age, residence)
    origin = register.new_elsewhere(abroad=rng.random() < 0.02)
    founding.settle_family_registers(register, household, arrived=True)
    for number in household.members:
        _settle(register, register.people[number], origin, day)


def give_resident_codes(register: Register, _: Person, day: int) -> None:
    _touch_all(register, day, "職権修正", "has_code", foreigners=False)


def register_foreigners(register: Register, _: Person, day: int) -> None:
    """The day foreigners entered the register: those living here get their first row."""
    for person in register.people:
        if person.resident and person.country >= 0 and not person.rows:
            person.became_resident = day
            register.record(person, "法第30条の47による届出", day)


def give_personal_numbers(register: Register, _: Person, day: int) -> None:
    for person in register.people:
        person.has_code = person.has_code or (person.resident and person.country >= 0)
    _touch_all(register, day, "職権修正", "has_number", foreigners=True)


def check_readings(register: Register, _: Person, day: int) -> None:
    """The readings of names were confirmed with the 戸籍; about two thirds of the rows show it so far."""
    for person in register.people:
        if person.resident and person.country < 0 and person.rows and register.rng.random() < 0.66:
            person.kana_checked = True
            register.record(person, "職権修正", day)


def settle_population(register: Register, residents: int, end: int) -> None:
    """Singles arrive or leave in the last weeks until the town has exactly its number of residents."""
    rng = register.rng
    while register.population < residents:
        day = end - 30 + rng.randrange(20)
        household = register.new_household(register.new_residence())
        person = _newcomer(register, 1 + rng.randrange(2), day - int((20 + rng.random() * 20) * YEAR), day)
        register.join(person, household, head=True)
        person.register = register.new_family_register(person, arrived=True)
        register.record(person, "転入", day)
    for person in reversed(register.people):
        if register.population <= residents:
            return
        household = register.households[person.household]
        if person.resident and len(household.members) == 1 and person.processed < end - 40:
            _move_out(register, person, end - 30 + rng.randrange(20), False)


def _touch_all(register: Register, day: int, event: str, flag: str, *, foreigners: bool) -> None:
    for person in register.people:
        if person.resident and person.rows and (foreigners or person.country < 0):
            setattr(person, flag, True)
            register.record(person, event, day)


def _gone(register: Register, person: Person, event: str, day: int, destination: int = -1) -> None:
    household = register.households[person.household]
    head = household.head == person.number
    household.headless = head and len(household.members) > 2 and register.rng.random() < 0.01
    register.remove(person, event, day, destination)
    register.refresh(household, day)


def _move_out(register: Register, person: Person, day: int, abroad: bool) -> None:
    destination = register.new_elsewhere(abroad)
    _gone(register, person, "国外への転出" if abroad else "転出", day, destination)


def _change_house(register: Register, person: Person, home: Household, day: int, *, moved: bool = True) -> None:
    former = register.leave(person)
    register.join(person, home, head=not home.members)
    if moved:
        person.settled = day
    register.refresh(former, day)


def _bride(register: Register, man: Person) -> Person | None:
    """An unmarried woman of about his age, looked for among a few draws."""
    for _ in range(60):
        woman = register.people[register.rng.randrange(1, len(register.people))]
        alone = woman.resident and woman.rows and woman.sex == 2 and not woman.married and woman.country < 0
        if (
            alone
            and abs(woman.birth - man.birth) < 7 * YEAR
            and woman.mother != man.mother
            and not _is_head(register, woman)
        ):
            return woman
    return None


def _is_head(register: Register, person: Person) -> bool:
    household = register.households[person.household]
    return household.head == person.number and len(household.members) > 1


def _newcomer(register: Register, sex: int, birth: int, day: int) -> Person:
    person = register.new_person(sex, min(birth, day - int(20 * YEAR)), register.lists.surname(register.rng))
    person.previous = register.new_elsewhere()
    person.became_resident = person.settled = day
    _numbers(person, day)
    return person


def _settle(register: Register, person: Person, origin: int, day: int) -> None:
    person.previous = origin
    person.became_resident = person.settled = day
    _numbers(person, day)
    register.record(person, "転入" if register.elsewhere[origin].municipality >= 0 else "国外からの転入", day)


def _numbers(person: Person, day: int) -> None:
    person.has_code = day >= founding.ordinal("2002-08-05")
    person.has_number = day >= founding.ordinal("2015-10-05")
    person.kana_checked = person.country < 0 and day >= founding.ordinal("2025-06-02")


def _arrive_foreigner(register: Register, residence: int, day: int) -> None:
    rng = register.rng
    country = register.lists.foreigner(rng)
    sex = int(register.lists.foreign[country]["sex"])
    person = register.new_person(sex, day - int((20 + rng.random() * 25) * YEAR), 0, 0)
    person.country = country
    register.join(person, register.new_household(residence), head=True)
    if day < founding.ordinal("2012-07-09"):
        person.became_resident = person.settled = day
        return
    _settle(register, person, register.new_elsewhere(abroad=rng.random() < 0.6), day)
