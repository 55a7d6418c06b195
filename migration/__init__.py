"""Doing it: commands, stages, readers, convert, load, decisions."""

__version__ = "0.1.0"
