"""COBOL copybooks → columns of a legacy table."""

from migration.copybook.definition import Definition, definition
from migration.copybook.layout import Layout, read_copybook

__all__ = ["Definition", "Layout", "definition", "read_copybook"]
