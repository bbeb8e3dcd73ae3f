"""Which assessments are archived, and therefore not migrated.

The flag decides. Where it is neither yes nor a plain no, a filled archived_at means archived, and this is
reported. The anomaly does not quote the flag: no text of an archived assessment may be kept.
"""

import numpy as np
import pyarrow.compute as pc

from migrate.transform.columns import mask_of, rows_of
from migrate.transform.decided_columns import decided_column
from migrate.transform.flags import FLAG, flag_value, read_flag
from migrate.transform.readings import Reading, read_distinct
from migrate.transform.source import Column, Source

UNCLEAR = Reading(
    None,
    True,
    "archived-unclear",
    message="It has a date of archiving, and its flag does not plainly say no: it counts as archived.",
)


def read_archived(source: Source) -> Column:
    """Return whether each v2 assessment is archived."""
    policy = source.rules.flags
    blank = Reading(None, False)
    readings = read_distinct(
        source, "is_archived", lambda texts: [read_flag(text, policy) for text in texts], blank=blank
    )
    is_plain = readings.where(lambda reading: flag_value(reading.raw, policy) is not None)
    filled = mask_of(pc.match_substring_regex(source.texts("archived_at"), r"\S"))
    unclear = rows_of(~is_plain & filled)
    readings = readings.replaced(unclear, [UNCLEAR], np.zeros(len(unclear), dtype=np.int64))
    return decided_column(source, "is_archived", readings, FLAG, may_be_blank=False)
