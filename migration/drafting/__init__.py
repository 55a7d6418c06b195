"""A first draft of a vendor's folder from a sample of its delivery. It proposes; a person maps and confirms."""

from migration.drafting.looking import Seen, look
from migration.drafting.matching import Match, matches
from migration.drafting.writing import Drafted, write_draft

__all__ = ["Drafted", "Match", "Seen", "look", "matches", "write_draft"]
