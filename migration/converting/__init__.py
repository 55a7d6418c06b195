"""The parts of convert: assembling the legacy rows, items, the sieve, and what is told about them."""
