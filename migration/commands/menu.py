"""Commands and groups of commands that speak Japanese, the modules of the first ones imported when called for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib import import_module
from typing import Any

import typer
from typer.core import TyperCommand, TyperGroup

from migration.commands.help_page import first_paragraph, page

HELP = "この説明を表示する"


@dataclass(frozen=True, slots=True)
class Entry:
    """A command or a group of commands: `module:name` below migration.commands, and what it is for in one line."""

    place: str
    summary: str

    def command(self, name: str) -> Any:
        """The command itself; its module is imported here."""
        module, _, attribute = self.place.partition(":")
        app = found = getattr(import_module(f"migration.commands.{module}"), attribute)
        if not isinstance(found, typer.Typer):
            app = Commands()
            app.command(name)(found)
        command = typer.main.get_command(app)
        command.name = name
        command.help = command.help or self.summary
        return command


class _Japanese:
    """What commands and groups share; typer's own help is English, and cuts long Japanese texts."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        """Called by typer for the text of `--help`."""
        formatter.write(page(self, ctx))

    def get_help_option(self, ctx: Any) -> Any:
        """Called by typer for the option `--help` itself."""
        option = super().get_help_option(ctx)  # type: ignore[misc]
        if option is not None:
            option.help = HELP
        return option


class JapaneseCommand(_Japanese, TyperCommand):
    """One command."""


class Menu(_Japanese, TyperGroup):
    """A group of commands."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Called by typer; without a word behind it the group shows its help."""
        if not args and self.no_args_is_help:
            typer.echo(page(self, ctx))
            raise typer.Exit(2)
        return super().parse_args(ctx, args)

    def every(self) -> dict[str, Any]:
        """Each command by its name."""
        return dict(self.commands)

    def summaries(self) -> dict[str, str]:
        """What each command is for, in one line."""
        return {name: first_paragraph(command.help) for name, command in self.commands.items()}


class Commands(typer.Typer):
    """A typer whose group and commands speak Japanese."""

    def __init__(self, cls: type[Menu] = Menu, **options: Any) -> None:
        # typer's pretty tracebacks would show local values: personal data
        super().__init__(cls=cls, no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, **options)

    def command(self, name: str | None = None, **options: Any) -> Callable[[Any], Any]:
        """As typer's."""
        return super().command(name, cls=JapaneseCommand, **options)


def menu_of(entries: Mapping[str, Entry]) -> type[Menu]:
    """A menu of these commands; the module of one is imported when it is called, or asked for its own help."""

    class Lazy(Menu):
        def list_commands(self, ctx: Any) -> list[str]:
            return list(entries)

        def get_command(self, ctx: Any, cmd_name: str) -> Any:
            return entries[cmd_name].command(cmd_name) if cmd_name in entries else None

        def every(self) -> dict[str, Any]:
            return {name: entry.command(name) for name, entry in entries.items()}

        def summaries(self) -> dict[str, str]:
            return {name: entry.summary for name, entry in entries.items()}

    return Lazy
