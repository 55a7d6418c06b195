"""How far the making of the town is: told to whoever watches."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told once how many units there are, then before every unit, then that all is done."""

    def stage(self, title: str, units: int) -> None: ...

    def unit(self, name: str) -> None: ...

    def done(self) -> None: ...
