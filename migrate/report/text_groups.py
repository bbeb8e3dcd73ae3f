"""Anomalies grouped by equal normalised text: tens of thousands of rows are a few hundred texts."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

from sqlalchemy import Connection, func, select

from migrate.report.bytewise import bytewise
from migrate.report.decided import TEXT_LENGTH, DecidedCount, text_key
from migrate.report.privacy import Privacy, visible
from migrate.report.scope import Cohorts, anomalies_of
from migrate.schema import ledger

_AT_ONCE = 2000
_LAST_WORD = re.compile(r"[\s\d+().-]*\S*$")


class GroupKey(NamedTuple):
    """What the anomalies of a group have in common."""

    v2_table: str
    v2_column: str | None
    code: str
    severity: str
    text: str
    """The normalised text."""

    @property
    def name(self) -> str:
        """A short name that stays the same from run to run, for finding the group's rows in other files."""
        parts = "\x1f".join((self.v2_table, self.v2_column or "", self.code, self.text))
        return blake2b(parts.encode(errors="surrogatepass"), digest_size=4).hexdigest()


class Variant(NamedTuple):
    """One spelling of a group's text."""

    key: GroupKey
    start: str
    length: int
    rows: int
    members: int
    candidates: str | None
    least_loaded: str | None
    most_loaded: str | None
    example_id: str | None


@dataclass(frozen=True)
class TextGroup:
    """Anomalies of one code in one column whose texts are equal once case, width and spaces are set aside."""

    key: GroupKey
    text: str
    """The spelling that most rows have, as it may be shown."""
    rows: int
    decided: int
    """Rows that a reviewer has decided since."""
    members: int
    variants: int
    candidates: list[Any]
    loaded_value: str | None
    """What v3 got, where all rows got the same."""
    example_id: str | None

    @property
    def open(self) -> int:
        """Rows that nobody has decided yet."""
        return self.rows - self.decided


def open_groups(groups: Iterable[TextGroup], severities: Iterable[str]) -> list[TextGroup]:
    """Return the groups of these severities that have open rows, those with most first."""
    wanted = set(severities)
    found = [group for group in groups if group.open and group.key.severity in wanted]
    return sorted(found, key=lambda group: -group.open)


def group_texts(
    connection: Connection, cohorts: Cohorts, decided: Iterable[DecidedCount], privacy: Privacy
) -> list[TextGroup]:
    """Return the groups of the ledger's anomalies that have a text, those with most rows first."""
    grouped: dict[GroupKey, list[Variant]] = defaultdict(list)
    for variant in _variants(connection, cohorts, privacy):
        grouped[variant.key].append(variant)
    decided_rows = _decided_rows(decided, privacy)
    members = _members(connection, cohorts, privacy, [some for some in grouped.values() if len(some) > 1])
    groups = [
        _group(key, variants, decided_rows.get(key, 0), members.get(key), privacy)
        for key, variants in grouped.items()
    ]
    return sorted(groups, key=lambda group: (-group.rows, group.text, group.key))


def group_key(
    table: str, column: str | None, code: str, severity: str, raw: str, *, privacy: Privacy
) -> GroupKey:
    """Return the group of an anomaly. Texts that may not be shown are one group."""
    text = "" if privacy.withholds(table, column) else normalised(raw[:TEXT_LENGTH])
    return GroupKey(table, column, code, severity, text)


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    """Return the text without what does not matter to a reader: case, width, ligatures and runs of space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _variants(connection: Connection, cohorts: Cohorts, privacy: Privacy) -> Iterator[Variant]:
    c = ledger.anomalies.c
    places = (bytewise(c[name]) for name in ("v2_table", "v2_column", "code", "severity"))
    grouped = (*places, *text_key())
    figures = (
        func.count(),
        func.count(bytewise(c.member_id).distinct()),
        func.min(bytewise(func.substr(c.candidates, 1, 2000))),
        *(edge(bytewise(func.substr(c.loaded_value, 1, 100))) for edge in (func.min, func.max)),
        func.min(bytewise(c.v2_id)),
    )
    query = (
        select(*grouped, *figures).where(c.raw_value.is_not(None), *anomalies_of(cohorts)).group_by(*grouped)
    )
    for table, column, code, severity, start, length, *rest in connection.execute(query):
        key = group_key(table, column, code, severity, start, privacy=privacy)
        yield Variant(key, start, length, *rest)


def _decided_rows(decided: Iterable[DecidedCount], privacy: Privacy) -> dict[GroupKey, int]:
    rows: dict[GroupKey, int] = defaultdict(int)
    for each in decided:
        if each.start is not None:
            key = group_key(
                each.v2_table, each.v2_column, each.code, each.severity, each.start, privacy=privacy
            )
            rows[key] += each.rows
    return rows


def _members(
    connection: Connection, cohorts: Cohorts, privacy: Privacy, grouped: list[list[Variant]]
) -> dict[GroupKey, int]:
    """Count each member once where a group has several spellings: only those are looked up one by one."""
    c = ledger.anomalies.c
    start, _ = text_key()
    starts = sorted({variant.start for variants in grouped for variant in variants})
    wanted = {variants[0].key for variants in grouped}
    members: dict[GroupKey, set[str]] = defaultdict(set)
    for place in range(0, len(starts), _AT_ONCE):
        query = (
            select(c.v2_table, c.v2_column, c.code, c.severity, start, c.member_id)
            .where(
                start.in_(starts[place : place + _AT_ONCE]), c.member_id.is_not(None), *anomalies_of(cohorts)
            )
            .distinct()
        )
        for table, column, code, severity, text, member_id in connection.execute(query):
            key = group_key(table, column, code, severity, text, privacy=privacy)
            if key in wanted:
                members[key].add(member_id)
    return {key: len(found) for key, found in members.items()}


def _group(
    key: GroupKey, variants: list[Variant], decided: int, members: int | None, privacy: Privacy
) -> TextGroup:
    usual = max(variants, key=lambda variant: (variant.rows, variant.start))
    loaded = {value for variant in variants for value in (variant.least_loaded, variant.most_loaded)}
    shown = privacy.shown(key.v2_table, key.v2_column, _cut(usual))
    return TextGroup(
        key=key,
        text=shown or "",
        rows=sum(variant.rows for variant in variants),
        decided=decided,
        members=usual.members if members is None else members,
        variants=len(variants),
        candidates=_read_candidates(usual.candidates, key, privacy),
        loaded_value=privacy.shown(key.v2_table, key.v2_column, loaded.pop()) if len(loaded) == 1 else None,
        example_id=usual.example_id and visible(usual.example_id),
    )


def _cut(variant: Variant) -> str:
    """Return the text, or its start without the last word or number: half an address would not be masked."""
    if variant.length <= TEXT_LENGTH or len(variant.start) < TEXT_LENGTH:
        return variant.start
    return _LAST_WORD.sub("", variant.start) + "…"


def _read_candidates(text: str | None, key: GroupKey, privacy: Privacy) -> list[Any]:
    if text is None or privacy.withholds(key.v2_table, key.v2_column):
        return []
    try:
        found = json.loads(text)
    except ValueError:
        return []
    listed = found if isinstance(found, list) else []
    return [privacy.shown(*key[:2], item) if isinstance(item, str) else item for item in listed]
