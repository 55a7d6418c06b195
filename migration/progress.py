"""How far a run is: said by the stages, shown by whoever watches."""

from __future__ import annotations

from typing import Protocol


class Progress(Protocol):
    """Told at the start of every stage and before every unit of it."""

    def stage(self, title: str, units: int) -> None: ...

    def unit(self, name: str) -> None: ...

    def done(self) -> None: ...


class Silent:
    """Nobody watches."""

    def stage(self, title: str, units: int) -> None:
        pass

    def unit(self, name: str) -> None:
        pass

    def done(self) -> None:
        pass
