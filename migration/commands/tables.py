"""Tables on the terminal that never cut a text: long ones go on in the next line."""

from __future__ import annotations

from rich.box import SIMPLE_HEAD
from rich.table import Table


def folding_table(*headings: str) -> Table:
    """A table whose cells are folded instead of cut, also on a narrow terminal."""
    table = Table(box=SIMPLE_HEAD, pad_edge=False)
    for heading in headings:
        table.add_column(heading, overflow="fold")
    return table
