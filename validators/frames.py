"""A layout's demands and business rules on Polars frames, checked by pandera: every failing row, never a sample."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from mappings.layout import CodeList, Group
from mappings.rule import Rule
from validators.checked import Checked, CheckSettings, RuleOutcome, gather
from validators.layout_frames import check_layout
from validators.rule_frames import Frames, check_rule

__all__ = ["Frames", "check_frames"]


def check_frames(
    group: Group,
    code_lists: Mapping[str, CodeList],
    rules: Sequence[Rule],
    frames: Frames,
    settings: CheckSettings,
) -> Checked:
    """Findings of a group's own layout and of the rules whose table it is.

    `frames(area, group)` gives a standard frame (record_id and the items as texts), None when the run has none.
    Only the columns and rows under examination are in memory.
    """
    rows = frames(group.area, group.id)
    if rows is None:
        raise LookupError(f"no frame for {group.area}.{group.id}")
    outcomes: list[RuleOutcome] = check_layout(group, code_lists, rows, frames, settings)
    for rule in rules:
        if (rule.area, rule.table) == (group.area, group.id):
            outcomes.append(check_rule(rule, group, frames, settings))
    return gather(group, outcomes)
