"""How v2's free text will read: what converts, what will stay blank, and which texts that concerns most."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, func, select

from migrate.databases import read_table
from migrate.extract.tables import exactly, reflect_table
from migrate.rulebook import Rules
from migrate.rulebook.mapping import ReadAs
from migrate.schema.arrow import whole
from migrate.schema.storable import cleaned
from migrate.survey.found import FoundTable, mapped_text_columns
from migrate.transform.dates import read_date, read_moment
from migrate.transform.durations import read_duration
from migrate.transform.flags import read_flag
from migrate.transform.readings import Reading
from migrate.transform.texts import shown

_PLAIN_MOMENT = (
    r"^(?:19|20)[0-9]{2}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])"
    r"[ T](?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]$"
)


class Answer(NamedTuple):
    """Whether one text converts, and what is reported of it."""

    converts: bool
    code: str | None = None
    candidates: str | None = None


class UnreadText(NamedTuple):
    """A text whose value stays blank in v3 (a flag becomes no), and how many rows have it."""

    text: str
    rows: int
    code: str
    candidates: str | None


@dataclass
class ColumnTexts:
    """The texts of one column, counted."""

    table: str
    column: str
    read: ReadAs
    rows: int = 0
    """Rows with a text."""
    distinct: int = 0
    once: int = 0
    """Texts that a single row has: the long tail."""
    remarked: int = 0
    """Rows that convert, with an anomaly that says how."""
    unread: int = 0
    """Rows that will stay blank; of flags those that become no."""
    unread_distinct: int = 0
    codes: Counter[str] = field(default_factory=Counter)
    """Anomaly code → rows."""
    examples: list[UnreadText] = field(default_factory=list)
    """The texts that will stay blank, most rows first."""


def survey_texts(
    connection: Connection, tables: list[FoundTable], rules: Rules, *, most: int
) -> Iterator[ColumnTexts]:
    """Yield each mapped column of dates, flags or durations, with at most `most` unread texts as examples."""
    for column in mapped_text_columns(tables, rules.mapping):
        if column.read in ANSWERS:
            counted = ColumnTexts(*column)
            _count(connection, counted, rules)
            counted.examples = sorted(counted.examples, key=lambda each: (-each.rows, each.text))[:most]
            yield counted


def _count(connection: Connection, counted: ColumnTexts, rules: Rules) -> None:
    answer = ANSWERS[counted.read]
    for text, written, rows in _distinct_texts(connection, counted):
        counted.rows += rows
        counted.distinct += 1
        counted.once += rows == 1
        said = answer(text, rules)
        if said.code:
            counted.codes[said.code] += rows
        if said.converts:
            counted.remarked += rows if said.code else 0
            continue
        counted.unread += rows
        counted.unread_distinct += 1
        counted.examples.append(UnreadText(written, rows, said.code or "", said.candidates))


def _distinct_texts(connection: Connection, counted: ColumnTexts) -> Iterator[tuple[str, str, int]]:
    """Yield each text that is not blank as it is read, as it is shown, and its rows.

    Plain moments are only counted.
    """
    typed = reflect_table(connection, counted.table).c[counted.column]
    grouped: Any = select(func.min(typed).label("text"), func.count().label("rows"))
    found = read_table(connection, grouped.where(typed.is_not(None)).group_by(exactly(connection, typed)))
    if counted.read == "moment":
        found = _without_plain_moments(found, counted)
    texts = whole(found["text"])
    read, written = (column.to_pylist() for column in (cleaned(texts), shown(texts)))
    for text, as_shown, rows in zip(read, written, found["rows"].to_pylist(), strict=True):
        if text.strip():
            yield text, as_shown, int(rows)


def _without_plain_moments(found: pa.Table, counted: ColumnTexts) -> pa.Table:
    """Count what v2's own software wrote, nearly each once, and return the other texts."""
    plain = pc.match_substring_regex(found["text"], _PLAIN_MOMENT)
    rows = found.filter(plain)["rows"].to_pylist()
    counted.rows += sum(map(int, rows))
    counted.distinct += len(rows)
    counted.once += rows.count("1")
    return found.filter(pc.invert(plain))


def _dated(said: Reading) -> Answer:
    return Answer(said.code != "date-not-understood", said.code, said.candidates)


def _flag(text: str, rules: Rules) -> Answer:
    said = read_flag(text, rules.flags)
    return Answer(said.code is None, said.code)


def _duration(text: str, rules: Rules) -> Answer:
    said = read_duration(text, rules.durations)
    candidates = ", ".join(f"{hours.normalize():f}" for hours in said.candidates)
    return Answer(said.hours is not None, said.code if said.severity else None, candidates or None)


ANSWERS: dict[ReadAs, Callable[[str, Rules], Answer]] = {
    "date": lambda text, rules: _dated(read_date(text, rules.dates)),
    "end date": lambda text, rules: _dated(read_date(text, rules.dates, may_be_open=True)),
    "moment": lambda text, rules: _dated(read_moment(text, rules.dates)),
    "flag": _flag,
    "duration": _duration,
}
