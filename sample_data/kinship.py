"""続柄: what a member of a household is to its head, worked out from who is whose parent and spouse.

The words are those the 住民記録 standard allows: grandchildren are 子の子, grandparents 父の父, never 孫 or 祖父.
"""

from __future__ import annotations

from collections.abc import Sequence

from sample_data.people import Person

HEAD = "世帯主"
LODGER = "同居人"


def relation(head: Person, person: Person, people: Sequence[Person]) -> str:
    """The 続柄 of `person` in the household of `head`; 同居人 when they are not kin."""
    if person is head:
        return HEAD
    for kin in (_direct, _through_spouse, _below, _beside):
        word = kin(head, person, people)
        if word:
            return word
    return LODGER


def _direct(head: Person, person: Person, people: Sequence[Person]) -> str:
    if head.spouse == person.number:
        return _spouse_word(person)
    if _is_child(person, head):
        return "子"
    return _parent_word(head, person)


def _through_spouse(head: Person, person: Person, people: Sequence[Person]) -> str:
    if not head.spouse:
        return ""
    spouse = people[head.spouse]
    if _is_child(person, spouse):
        return f"{_spouse_word(spouse)}の子"
    parent = _parent_word(spouse, person)
    return f"{_spouse_word(spouse)}の{parent}" if parent else ""


def _below(head: Person, person: Person, people: Sequence[Person]) -> str:
    if person.spouse and _is_child(people[person.spouse], head):
        return f"子の{_spouse_word(person)}"
    parents = [people[number] for number in (person.father, person.mother) if number]
    if any(_is_child(parent, head) for parent in parents):
        return "子の子"
    return ""


def _beside(head: Person, person: Person, people: Sequence[Person]) -> str:
    word = _sibling_word(head, person)
    if word:
        return word
    for number in (head.father, head.mother):
        if number and (parent := _parent_word(people[number], person)):
            return f"{_parent_word(head, people[number])}の{parent}"
    if person.spouse and (word := _sibling_word(head, people[person.spouse])):
        return f"{word}の{_spouse_word(person)}"
    for number in (person.father, person.mother):
        if number and (word := _sibling_word(head, people[number])):
            return f"{word}の子"
    return ""


def _is_child(person: Person, parent: Person) -> bool:
    return parent.number in (person.father, person.mother)


def _spouse_word(person: Person) -> str:
    return "夫" if person.sex == 1 else "妻"


def _parent_word(child: Person, person: Person) -> str:
    if person.number == child.father:
        return "父"
    return "母" if person.number == child.mother else ""


def _sibling_word(head: Person, person: Person) -> str:
    shares = (head.father and head.father == person.father) or (head.mother and head.mother == person.mother)
    if not shares:
        return ""
    older = person.birth < head.birth
    if person.sex == 1:
        return "兄" if older else "弟"
    return "姉" if older else "妹"
