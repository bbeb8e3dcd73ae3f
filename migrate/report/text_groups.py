"""Anomalies grouped by normalised text: tens of thousands of rows have a few hundred texts."""

import json
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b
from typing import Any, NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from migrate.report.decided_anomalies import TEXT_LENGTH, DecidedCount
from migrate.report.privacy import Privacy, visible

_SPELLING = ("v2_table", "v2_column", "code", "severity", "start", "length")
_FIGURES = [
    ([], "count_all"),
    ("candidates", "min"),
    ("loaded_value", "min"),
    ("loaded_value", "max"),
    ("v2_id", "min"),
]
_FIGURE_NAMES = ("count_all", "candidates_min", "loaded_value_min", "loaded_value_max", "v2_id_min")
_LAST_WORD = re.compile(r"[\s\d+().-]*\S*$")


class TextGroupKey(NamedTuple):
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


@dataclass
class Variant:
    """One spelling of a group's text."""

    start: str
    """The first characters of the text; all of it where it is short."""
    is_cut: bool
    rows: int
    candidates: str | None
    loaded: set[str | None]
    """The loaded values; if there are more than two, only two of them."""
    example_id: str | None


class TextVariants:
    """Every spelling of every text, gathered slice by slice."""

    def __init__(self, privacy: Privacy) -> None:
        self._privacy = privacy
        self.by_group: dict[TextGroupKey, dict[tuple[str, str], Variant]] = defaultdict(dict)

    def add(self, piece: pa.Table) -> None:
        """Take a slice of the anomalies (`migrate.report.slices`)."""
        named = piece.filter(pc.is_valid(piece["start"]))
        groups = named.group_by(list(_SPELLING)).aggregate(_FIGURES)
        for row in groups.select([*_SPELLING, *_FIGURE_NAMES]).to_pylist():
            self._add(row)

    def _add(self, row: Mapping[str, Any]) -> None:
        """Take one spelling's figures in a slice: a value for each of `_SPELLING` and `_FIGURE_NAMES`."""
        start, length = row["start"], row["length"]
        loaded = {row["loaded_value_min"], row["loaded_value_max"]}
        kind = (row["v2_table"], row["v2_column"], row["code"], row["severity"])
        spellings = self.by_group[text_group_key(*kind, start, privacy=self._privacy)]
        known = spellings.get((start, length))
        if known is None:
            is_cut = int(length) > TEXT_LENGTH and len(start) == TEXT_LENGTH
            spellings[start, length] = Variant(
                start, is_cut, row["count_all"], row["candidates_min"], loaded, row["v2_id_min"]
            )
        else:
            known.rows += row["count_all"]
            known.loaded |= loaded


@dataclass(frozen=True)
class TextGroup:
    """Anomalies of one code in one column whose texts differ only in case, width and spaces."""

    key: TextGroupKey
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
    variants: TextVariants,
    decided: Iterable[DecidedCount],
    members: Mapping[TextGroupKey, int],
    privacy: Privacy,
) -> list[TextGroup]:
    """Return the groups of the anomalies that have a text, those with most rows first.

    members: how many of them each group concerns (`migrate.report.tally`).
    """
    decided_rows = _decided_rows(decided, privacy)
    groups = [
        _group(key, list(spellings.values()), decided_rows.get(key, 0), members.get(key, 0), privacy)
        for key, spellings in variants.by_group.items()
    ]
    return sorted(groups, key=lambda group: (-group.rows, group.text, group.key))


def text_group_key(
    table: str, column: str | None, code: str, severity: str, raw: str, *, privacy: Privacy
) -> TextGroupKey:
    """Return the group of an anomaly. Texts that may not be shown are one group."""
    text = "" if privacy.withholds(table, column) else normalised(raw[:TEXT_LENGTH])
    return TextGroupKey(table, column, code, severity, text)


@lru_cache(maxsize=65536)
def normalised(text: str) -> str:
    """Return the text without differences of case, width, ligatures and runs of space."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


def _decided_rows(decided: Iterable[DecidedCount], privacy: Privacy) -> dict[TextGroupKey, int]:
    rows: dict[TextGroupKey, int] = defaultdict(int)
    for each in decided:
        if each.start is not None:
            key = text_group_key(
                each.v2_table, each.v2_column, each.code, each.severity, each.start, privacy=privacy
            )
            rows[key] += each.rows
    return rows


def _group(
    key: TextGroupKey, variants: list[Variant], decided: int, members: int, privacy: Privacy
) -> TextGroup:
    usual = max(variants, key=lambda variant: (variant.rows, variant.start))
    loaded = {value for variant in variants for value in variant.loaded}
    shown = privacy.shown(key.v2_table, key.v2_column, _cut(usual))
    return TextGroup(
        key=key,
        text=shown or "",
        rows=sum(variant.rows for variant in variants),
        decided=decided,
        members=members,
        variants=len(variants),
        candidates=[]
        if privacy.masks(*key[:2], usual.start)
        else _read_candidates(usual.candidates, key, privacy),
        loaded_value=privacy.shown(key.v2_table, key.v2_column, loaded.pop()) if len(loaded) == 1 else None,
        example_id=usual.example_id and visible(usual.example_id),
    )


def _cut(variant: Variant) -> str:
    """Return the text, or its start without the last word: half an address would not be masked."""
    if not variant.is_cut:
        return variant.start
    return _LAST_WORD.sub("", variant.start) + "…"


def _read_candidates(text: str | None, key: TextGroupKey, privacy: Privacy) -> list[Any]:
    if text is None or privacy.withholds(key.v2_table, key.v2_column):
        return []
    try:
        found = json.loads(text)
    except ValueError:
        return []
    listed = found if isinstance(found, list) else []
    return [privacy.shown(*key[:2], item) if isinstance(item, str) else item for item in listed]
