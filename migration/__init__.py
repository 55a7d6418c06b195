"""Doing it: commands, stages, readers, convert, load, decisions."""

import os

__version__ = "0.1.0"

# The allocators of Polars and Arrow read these when they are loaded, after this. As they come they keep what is freed
# for later, and a run holds its largest table's memory to the end.
os.environ.setdefault("_RJEM_MALLOC_CONF", "background_thread:true,dirty_decay_ms:500,muzzy_decay_ms:0")
os.environ.setdefault("MIMALLOC_PURGE_DELAY", "0")
