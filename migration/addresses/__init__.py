"""Japanese addresses: a town's own list of 町字, and texts split by it into their parts."""

import migration.transforms  # noqa: F401  (the registry first: it and this package use each other's tables)
