"""The synthetic town: a delivery of the old system with everything a real one has, and faults planted on purpose."""

from sample_data.town import Town, make_town

__all__ = ["Town", "make_town"]
