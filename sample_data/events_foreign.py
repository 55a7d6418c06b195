"""What can happen to foreigners only."""

from __future__ import annotations

from sample_data.founding import YEAR, ordinal
from sample_data.people import Person
from sample_data.register import Register


def naturalize(register: Register, person: Person, day: int) -> None:
    """帰化: the foreigner's record ends; under a new number, name and 本籍 the same person goes on as a Japanese."""
    household = register.households[person.household]
    long_enough = day - person.became_resident > 5 * YEAR
    if person.country < 0 or len(household.members) > 1 or not long_enough:
        return
    register.remove(person, "帰化・国籍取得（外国人の消除）", day)
    citizen = register.new_person(person.sex, person.birth, register.lists.surname(register.rng))
    citizen.became_resident, citizen.settled = day, person.settled
    citizen.has_code, citizen.has_number = person.has_code, person.has_number
    citizen.kana_checked = day >= ordinal("2025-06-02")
    register.join(citizen, register.new_household(household.residence), head=True)
    citizen.register = register.new_family_register(citizen)
    register.record(citizen, "帰化・国籍取得", day)
