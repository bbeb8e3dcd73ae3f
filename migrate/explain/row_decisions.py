"""Which decisions apply to the columns of a row."""

from collections.abc import Iterator, Mapping

import pyarrow as pa

from migrate.decisions.decision import Decision, Subject
from migrate.decisions.seen import still_meets
from migrate.explain.evidence import Key
from migrate.schema.arrow import TEXT
from migrate.transform.texts import shown


def decisions_on(
    holding: Mapping[Subject, Decision], key: Key, row: Mapping[str, str | None]
) -> Iterator[tuple[str | None, Decision]]:
    """Yield each v2 column's decision that applies: the row's where it meets v2's text, else the text's.

    holding: each subject's decision that holds. row: v2's columns as they are now, none where v2 has no row.
    No column: the decision is about the whole row.
    """
    table, v2_id = key
    for column in (None, *row):
        text = as_decided(row.get(column)) if column else None
        on_row = holding.get(Subject("row", table, column, v2_id))
        on_text = holding.get(Subject("text", table, column, text)) if column else None
        meets = on_row is not None and still_meets(column, on_row.raw_value, text)
        decision = on_row if meets else on_text
        if decision:
            yield column, decision


def as_decided(text: str | None) -> str | None:
    """Return a text of v2 as a decision keeps it."""
    written: str | None = shown(pa.array([text], TEXT))[0].as_py()
    return written
