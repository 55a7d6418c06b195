"""The ways of reading legacy files. A further one joins by a row here."""

from migration.readers.chunk import Reader
from migration.readers.csv_file import CsvReader
from migration.readers.fixed_file import FixedReader
from migration.readers.host_file import HostReader

READERS: dict[str, Reader] = {"csv": CsvReader(), "fixed": FixedReader(), "host": HostReader()}
