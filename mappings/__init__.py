"""What the tables are: layouts, maps, rules and codes, read from data files. The public face of the layer."""

from mappings.checking import check_areas
from mappings.loading import (
    Parameter,
    area_ids,
    load_area,
    load_areas,
    parameters,
    secret_items,
    shipped_folder,
)

__all__ = [
    "Parameter",
    "area_ids",
    "check_areas",
    "load_area",
    "load_areas",
    "parameters",
    "secret_items",
    "shipped_folder",
]
