"""v2 `members` become v3 `members`.

A membership number is unique in v3 and matches to the letter; a blank one is NULL. An adopted member keeps
the id of the account that was there before, and the load keeps every value of that account.
"""

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from migrate.rulebook import Rules
from migrate.schema.arrow import NULL
from migrate.schema.frames import Transformed
from migrate.schema.membership_numbers import are_numbers
from migrate.transform.dates import read_moments
from migrate.transform.decision_lookup import Decisions
from migrate.transform.source import Column, Source
from migrate.transform.text_columns import read_texts
from migrate.transform.transformed import transformed


def transform_members(members: pd.DataFrame, rules: Rules, decisions: Decisions) -> Transformed:
    """Return one v3 member for each v2 row, in the same order."""
    source = Source("members", members, rules, decisions)
    return transformed(
        {
            "id": source.texts("member_v3"),
            "membership_number": _blank_as_null(read_texts(source, "membership_number")),
            "title": read_texts(source, "title"),
            "forename": read_texts(source, "forename"),
            "surname": read_texts(source, "surname"),
            "email": read_texts(source, "email"),
            "membership_category": read_texts(source, "membership_category"),
            "created_at": read_moments(source, "created_at"),
            "updated_at": read_moments(source, "updated_at"),
        }
    )


def _blank_as_null(numbers: Column) -> Column:
    """Return the numbers with NULL for a blank one: v3 takes each number once, blanks included."""
    return Column(_numbers_alone(numbers.values), _of_numbers_alone(numbers.anomalies), numbers.decided)


def _of_numbers_alone(anomalies: pa.Table | None) -> pa.Table | None:
    """Return the anomalies with the value that is loaded: NULL where cleaning left a blank number."""
    if anomalies is None:
        return None
    place = anomalies.schema.get_field_index("loaded_value")
    return anomalies.set_column(place, "loaded_value", _numbers_alone(anomalies["loaded_value"]))


def _numbers_alone(texts: pa.Array | pa.ChunkedArray) -> pa.Array | pa.ChunkedArray:
    return pc.if_else(are_numbers(texts), texts, NULL)
