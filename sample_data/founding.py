"""Families: the households the town begins with and those that move in later, drawn by one set of rules."""

from __future__ import annotations

from datetime import date

from sample_data.people import Household, Person
from sample_data.register import Register

YEAR = 365.2425


def found_town(register: Register, population: int, day: int) -> None:
    """Households on the day the old system began, until the town has its people. Their first row is a 改製."""
    rng = register.rng
    while register.population < population:
        age = min(88, max(22, int(rng.gauss(52, 16))))
        household = family(register, day, age, register.new_residence())
        since = {}
        for number in household.members:
            person = register.people[number]
            arrived = max(person.birth, day - int(rng.random() * 30 * YEAR))
            since[number] = arrived
            person.became_resident = arrived
            person.settled = max(person.birth, arrived, day - int(rng.random() * 20 * YEAR))
        settle_family_registers(register, household, arrived=True)
        for number in household.members:
            register.record(register.people[number], "改製", day)


def family(register: Register, day: int, age: int, residence: int) -> Household:
    """A household round a head of about that age: single, couple, with children, with a parent. Not yet recorded."""
    rng = register.rng
    household = register.new_household(residence)
    kind = rng.random()
    single = 0.45 if age < 30 else 0.18 if age < 60 else 0.28
    head = _adult(register, day, age, 1 if kind > 0.3 * single else 2)
    register.join(head, household, head=True)
    if kind < single:
        return household
    spouse = _adult(register, day, max(20, age - rng.randrange(-2, 6)), 3 - head.sex)
    marry(head, spouse)
    if kind < single + 0.08:  # a single parent: the other one is not in the register
        spouse.resident, head.married, head.spouse = False, False, 0
        register.population -= 1
        _children(register, household, head, spouse, day)
        return household
    register.join(spouse, household)
    _children(register, household, head, spouse, day)
    if rng.random() < 0.13 and age < 68:
        _parent(register, household, head, day, age)
    return household


def marry(one: Person, other: Person) -> None:
    """Marriage: the wife takes the husband's surname (now and then the husband the wife's)."""
    one.spouse, other.spouse = other.number, one.number
    one.married = other.married = True
    keeps, takes = (one, other) if one.sex == 1 else (other, one)
    if takes.number % 25 == 0:
        keeps, takes = takes, keeps
    if keeps.country < 0 and takes.country < 0:
        takes.surname = keeps.surname


def settle_family_registers(register: Register, household: Household, *, arrived: bool = False) -> None:
    """本籍: one for a couple and their children, named after whose surname they bear; others have their own.

    Who is a 筆頭者 already stays in their 戸籍, and the other one enters it (戸籍法16条).
    """
    head = register.people[household.head]
    if head.country < 0:
        first = _first(register, household)
        if not register.is_first(first):
            first.register = register.new_family_register(first, arrived=arrived)
        head.register = first.register
    for number in household.members[1:]:
        person = register.people[number]
        if person.country >= 0:
            continue
        if head.country < 0 and (person.number == head.spouse or head.number in (person.father, person.mother)):
            person.register = head.register
        elif not person.register:
            person.register = register.new_family_register(person, arrived=arrived)


def _first(register: Register, household: Household) -> Person:
    """The one of a couple whose surname both bear; of others the head."""
    head = register.people[household.head]
    spouse = register.people[head.spouse]
    here = spouse.number in household.members and spouse.country < 0
    took_it = head.surname != head.birth_surname and spouse.surname == spouse.birth_surname
    return spouse if here and took_it else head


def ordinal(text: str) -> int:
    """'2026-10-01' as an ordinal."""
    return date.fromisoformat(text).toordinal()


def _adult(register: Register, day: int, age: int, sex: int) -> Person:
    birth = day - int((age + register.rng.random()) * YEAR)
    return register.new_person(sex, birth, register.lists.surname(register.rng))


def _children(register: Register, household: Household, one: Person, other: Person, day: int) -> None:
    rng = register.rng
    father, mother = (one, other) if one.sex == 1 else (other, one)
    birth = mother.birth + int((22 + rng.random() * 10) * YEAR)
    for _ in range(rng.choices((0, 1, 2, 3, 4), (12, 25, 45, 15, 3))[0]):
        age = (day - birth) / YEAR
        if birth >= day - 20 or birth > mother.birth + 44 * YEAR:
            break
        if age < 18 or (rng.random() < max(0.05, 1 - (age - 18) / 12) and age < 45):
            child = register.new_person(1 if rng.random() < 0.513 else 2, birth, one.surname)
            child.father, child.mother = father.number, mother.number
            register.join(child, household)
        birth += int((1.2 + rng.random() * 3.5) * YEAR)


def _parent(register: Register, household: Household, head: Person, day: int, age: int) -> None:
    sex = 2 if register.rng.random() < 0.75 else 1
    parent = _adult(register, day, min(98, age + 22 + register.rng.randrange(10)), sex)
    parent.surname = head.birth_surname if head.sex == 2 else head.surname
    if sex == 1:
        head.father = parent.number
    else:
        head.mother = parent.number
    register.join(parent, household)
