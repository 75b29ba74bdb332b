"""What can be asked of a folder of results in SQL? reports/schema/index.sql says what is in the file, which
follows from the others."""

from latchmark.database.making import make_database
from latchmark.database.rows import StoredFleet, StoredRun, StoredValue, values_of

__all__ = ["StoredFleet", "StoredRun", "StoredValue", "make_database", "values_of"]
