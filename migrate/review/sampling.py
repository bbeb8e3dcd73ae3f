"""A random sample of the rows that nobody has reviewed, and what it proves about all of them.

Rows are drawn from the groups without a decision, and only where a value was loaded: a blank is no wrong
number. The verdict on a drawn row is a decision on it: accepting it says that it was right, setting it or
leaving it blank that it was wrong. The bound is the exact one of Clopper and Pearson: without an error in n
rows it is close to 3/n (the rule of three).
"""

import random
import re
from collections.abc import Iterator
from math import exp, lgamma, log, log1p
from typing import NamedTuple

import numpy as np
from sqlalchemy import Connection, select

from migrate.decisions.decision import Decision, Recorded, Subject
from migrate.review.groups import Groups, Whole
from migrate.review.ledger_view import Snapshot
from migrate.review.rows import AnomalyRow, anomaly_columns, in_cell
from migrate.schema.ledger import anomalies

_NOTE = re.compile(r"sample (\d{1,6})")
_TRIES = 4  # a row that was drawn before is drawn again, this often at most


class Bound(NamedTuple):
    """What the sampled rows prove about the rows that nobody has reviewed."""

    rows: int
    """Rows nobody looked at."""
    groups: int
    looked_at: int
    wrong: int
    confidence: float
    most_wrong: float
    """At most this share of them is wrong, with this confidence."""


def upper_bound(looked_at: int, wrong: int, confidence: float) -> float:
    """Return the upper confidence bound of the share of errors; 1 where no row was looked at."""
    if looked_at == 0 or wrong >= looked_at:
        return 1.0
    low, high = wrong / looked_at, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        likely = _at_most(wrong, looked_at, middle) > 1 - confidence
        low, high = (middle, high) if likely else (low, middle)
    return high


def note_of(round_number: int) -> str:
    """Return the note of the decisions made in a round of samples."""
    return f"sample {round_number}"


def round_of(decision: Decision) -> int | None:
    """Return the round in which a decision on a row was made; None for one made outside samples."""
    found = _NOTE.fullmatch(decision.note or "") if decision.scope == "row" else None
    return int(found[1]) if found else None


def last_round(snapshot: Snapshot) -> int:
    """Return the latest round; 1 where there was none."""
    return max((number for _, number in _verdicts(snapshot)), default=1)


def unlooked(snapshot: Snapshot) -> Whole:
    """Return for each cell its rows with a value; 0 in groups with a decision that is no sample's verdict."""
    groups, decided = snapshot.groups, snapshot.decided
    beside = decided.by_row.copy()
    for recorded, _ in _verdicts(snapshot):
        for place in decided.places_of.get(recorded.decision.subject, ()):
            beside[place] -= 1
    looked = np.zeros(len(groups.groups), dtype=np.bool_)
    looked[groups.group_of[(decided.by_text > 0) | (beside > 0)]] = True
    rows: Whole = np.where(looked[groups.group_of], 0, groups.valued)
    return rows


def bound(snapshot: Snapshot, round_number: int, confidence: float) -> Bound:
    """Return what a round of samples proves.

    A row that was right counts as long as nobody has reviewed its group, a row that was wrong always: leaving
    out the groups in which errors were found would prove too much.
    """
    rows = unlooked(snapshot)
    of_round = [recorded for recorded, number in _verdicts(snapshot) if number == round_number]
    wrong = sum(recorded.decision.action != "accept" for recorded in of_round)
    right = sum(
        recorded.decision.action == "accept" and _is_among(snapshot, recorded, rows) for recorded in of_round
    )
    most = upper_bound(right + wrong, wrong, confidence)
    groups = np.unique(snapshot.groups.group_of[rows > 0])
    return Bound(int(rows.sum()), len(groups), right + wrong, wrong, confidence, most)


def propose(connection: Connection, snapshot: Snapshot, *, size: int, seed: int) -> list[AnomalyRow]:
    """Return rows drawn at random, each as likely as any other, without those decided on their own."""
    rows = unlooked(snapshot)
    draw = random.Random(seed)  # noqa: S311  # a sample, not a secret
    found: dict[int, AnomalyRow] = {}
    for _ in range(size * _TRIES if rows.any() else 0):
        if len(found) == size:
            break
        row = _drawn(connection, snapshot.groups, rows, draw)
        if row and not _is_decided(snapshot, row):
            found[row.anomaly_id] = row
    return list(found.values())


def _verdicts(snapshot: Snapshot) -> Iterator[tuple[Recorded, int]]:
    for subject, recorded in snapshot.decided.newest.items():
        number = round_of(recorded.decision) if subject.scope == "row" else None
        if number is not None and snapshot.decided.holding(subject):
            yield recorded, number


def _is_among(snapshot: Snapshot, recorded: Recorded, rows: Whole) -> bool:
    """Tell whether nobody has reviewed a verdict's group; a run may have removed the row's own anomaly."""
    verdict, decided = recorded.decision, snapshot.decided
    places = decided.places_of.get(verdict.subject) or decided.cells_with(
        verdict.v2_table, verdict.v2_column, verdict.raw_value or ""
    )
    return any(rows[place] > 0 for place in places)


def _is_decided(snapshot: Snapshot, row: AnomalyRow) -> bool:
    return snapshot.decided.holding(Subject("row", row.v2_table, row.v2_column, row.v2_id)) is not None


def _drawn(connection: Connection, groups: Groups, rows: Whole, draw: random.Random) -> AnomalyRow | None:
    ends = np.cumsum(rows)
    number = draw.randrange(int(ends[-1]))
    cell = int(np.searchsorted(ends, number, side="right"))
    query = (
        select(*anomaly_columns())
        .where(in_cell(connection, groups.cells[cell]), anomalies.c.loaded_value.is_not(None))
        .order_by(anomalies.c.anomaly_id)
        .offset(number - int(ends[cell] - rows[cell]))
        .limit(1)
    )
    row = connection.execute(query).one_or_none()
    return AnomalyRow(*row) if row else None


def _at_most(wrong: int, looked_at: int, share: float) -> float:
    """Return the probability of at most so many errors among the rows looked at."""
    if share >= 1:
        return 0.0
    return sum(exp(_log_probability(k, looked_at, share)) for k in range(wrong + 1))


def _log_probability(k: int, n: int, share: float) -> float:
    ways = lgamma(n + 1) - lgamma(k + 1) - lgamma(n - k + 1)
    return ways + k * log(share) + (n - k) * log1p(-share)
