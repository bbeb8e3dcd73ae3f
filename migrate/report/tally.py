"""How many anomalies there are of each kind, and how many different members they concern."""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable
from typing import Generic, NamedTuple, TypeVar

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from migrate.report.counts import AnomalyCount, AnomalyPlace
from migrate.report.privacy import Privacy
from migrate.report.text_groups import TextGroupKey, TextVariants, text_group_key
from migrate.schema.arrow import TEXT, whole

Codes = npt.NDArray[np.int64]
Parts = list[str | None]
CodeKey = tuple[str | None, ...]
KeyT = TypeVar("KeyT", bound=Hashable)

_NULL, _BETWEEN = "\x00", "\x1f"
_GROUP = ("v2_table", "v2_column", "code", "severity", "start")


class Tallies(NamedTuple):
    """The anomalies, counted."""

    anomalies: list[AnomalyCount]
    """Those with most rows first."""
    members_by_code: dict[CodeKey, int]
    """By code and severity."""
    members_by_group: dict[TextGroupKey, int]
    variants: TextVariants


def tally(slices: Iterable[pa.Table], privacy: Privacy) -> Tallies:
    """Count the anomalies of some slices (`migrate.report.slices`), each member once."""

    def group(parts: Parts) -> TextGroupKey | None:
        table, column, code, severity, start = parts
        if start is None:
            return None
        return text_group_key(table or "", column, code or "", severity or "", start, privacy=privacy)

    by_code: _Tally[CodeKey] = _Tally(("code", "severity"), tuple)
    by_place: _Tally[AnomalyPlace] = _Tally(AnomalyPlace._fields, _place)
    by_group: _Tally[TextGroupKey] = _Tally(_GROUP, group)
    variants, numbers = TextVariants(privacy), _Numbers()
    for piece in slices:
        members = numbers.of(piece["member_id"])
        for counted in (by_code, by_place, by_group):
            counted.add(piece, members)
        variants.add(piece)
    return Tallies(_anomaly_counts(by_place), by_code.members(), by_group.members(), variants)


def _place(parts: Parts) -> AnomalyPlace:
    """Return the place of an anomaly; a cohort of no length is none."""
    place = AnomalyPlace._make(parts)
    return place._replace(cohort=place.cohort or None)


def _anomaly_counts(by_place: "_Tally[AnomalyPlace]") -> list[AnomalyCount]:
    members = by_place.members()
    counts = [AnomalyCount._make((*key, rows, members[key])) for key, rows in by_place.rows().items()]
    return sorted(counts, key=lambda each: (-each.rows, *(str(part) for part in each)))


class _Numbers:
    """Numbers distinct texts from 1, in the order in which they come; NULL is 0."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {_NULL: 0}

    def of(self, texts: pa.ChunkedArray) -> Codes:
        """Return each text's number."""
        distinct, places = _distinct(pc.fill_null(texts, _NULL))
        return np.array([self._known.setdefault(text, len(self._known)) for text in distinct], np.int64)[
            places
        ]


class _Tally(Generic[KeyT]):
    """Counts rows and members by a key made from some columns; rows with the key None are left out."""

    def __init__(self, columns: tuple[str, ...], key_of: Callable[[Parts], KeyT | None]) -> None:
        self._columns = columns
        self._key_of = key_of
        self._numbers: dict[KeyT | None, int] = {}
        self._rows: Counter[int] = Counter()
        self._pairs: list[Codes] = []

    def add(self, piece: pa.Table, members: Codes) -> None:
        """Take a slice of the anomalies, and the number of each row's member."""
        parts = (pc.fill_null(piece[name], _NULL) for name in self._columns)
        distinct, places = _distinct(pc.binary_join_element_wise(*parts, pa.scalar(_BETWEEN, TEXT)))
        keys = np.array([self._number(text) for text in distinct], np.int64)[places]
        self._rows.update(dict(enumerate(np.bincount(keys).tolist())))
        concerned = members > 0
        self._pairs.append(_unique(keys[concerned] << np.int64(32) | members[concerned]))

    def rows(self) -> dict[KeyT, int]:
        """Return how many rows each key has."""
        return {key: self._rows[number] for key, number in self._numbers.items() if key is not None}

    def members(self) -> dict[KeyT, int]:
        """Return how many different members each key has."""
        pairs = _unique(np.concatenate(self._pairs)) if self._pairs else np.empty(0, np.int64)
        found = np.bincount(pairs >> np.int64(32), minlength=len(self._numbers))
        return {key: int(found[number]) for key, number in self._numbers.items() if key is not None}

    def _number(self, joined: str) -> int:
        parts = joined.split(_BETWEEN, len(self._columns) - 1)
        key = self._key_of([None if part == _NULL else part for part in parts])
        return self._numbers.setdefault(key, len(self._numbers))


def _distinct(texts: pa.ChunkedArray) -> tuple[list[str], Codes]:
    encoded = whole(texts).dictionary_encode()
    places: Codes = encoded.indices.to_numpy(zero_copy_only=False).astype(np.int64)
    return encoded.dictionary.to_pylist(), places


def _unique(pairs: Codes) -> Codes:
    found: Codes = pa.array(pairs).unique().to_numpy()  # NumPy's own takes ten times as long for such numbers
    return found
