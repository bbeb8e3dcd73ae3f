"""The corpus of durations as people type them, with the policy's answers."""

import csv
from decimal import Decimal
from typing import NamedTuple

from migrate.resources import resource
from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations import Duration, read_duration

EXACT_AT_LEAST = 0.99


class Claim(NamedTuple):
    """A text of the corpus, what it should read as, and what it does."""

    text: str
    hours: Decimal | None
    code: str
    read: Duration


def _claims(policy: DurationPolicy) -> list[Claim]:
    with resource("fixtures/durations/corpus.csv").open(encoding="utf-8", newline="") as file:
        return [
            Claim(
                row["text"],
                Decimal(row["hours"]) if row["hours"] else None,
                row["code"],
                read_duration(row["text"], policy),
            )
            for row in csv.DictReader(file)
        ]


def test_the_corpus_is_read_exactly_but_for_one_in_a_hundred(policy: DurationPolicy) -> None:
    claims = _claims(policy)
    other = [claim for claim in claims if (claim.read.hours, claim.read.code) != (claim.hours, claim.code)]
    assert len(claims) >= 600
    assert len(other) <= (1 - EXACT_AT_LEAST) * len(claims), other


def test_no_wrong_number_goes_without_a_warning(policy: DurationPolicy) -> None:
    unwarned = [
        claim
        for claim in _claims(policy)
        if claim.read.hours not in {None, claim.hours} and claim.read.severity not in {"warning", "error"}
    ]
    assert unwarned == []
