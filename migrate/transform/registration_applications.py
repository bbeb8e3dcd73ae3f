"""v2 `intents_to_register` become v3 `registration_applications`, always as drafts.

An intent is not an application: it must never look submitted, so v2's own status goes to intent_status.
"""

from collections.abc import Sequence

import pandas as pd

from migrate.rulebook import Rules
from migrate.rulebook.flags import FlagPolicy
from migrate.schema.frames import Transformed
from migrate.transform.columns import constant
from migrate.transform.dates import read_moments
from migrate.transform.decided_columns import decided_column
from migrate.transform.decision_lookup import Decisions
from migrate.transform.flags import FLAG, read_flag
from migrate.transform.readings import Reading, read_distinct
from migrate.transform.source import Column, Source
from migrate.transform.text_columns import read_texts
from migrate.transform.transformed import transformed

STATUS = "draft"


def transform_registration_applications(
    intents_to_register: pd.DataFrame, rules: Rules, decisions: Decisions
) -> Transformed:
    """Return one v3 application for each v2 row, in the same order."""
    source = Source("intents_to_register", intents_to_register, rules, decisions)
    return transformed(
        {
            "id": source.ids(),
            "member_id": source.texts("member_v3"),
            "category": read_texts(source, "registration_category"),
            "status": constant(STATUS, len(source)),
            "intent_status": read_texts(source, "status"),
            "intent_submitted_at": read_moments(source, "submitted_at"),
            "spoken_to_pra": _read_pra(source, "pra_consulted"),
            "updated_at": read_moments(source, "updated_at"),
        }
    )


def _read_pra(source: Source, column: str) -> Column:
    """Return whether an adviser was consulted: v3 needs an answer, and where v2 has none it is no."""

    def read_all(texts: Sequence[str]) -> list[Reading]:
        return [_read_answer(text, source.rules.flags) for text in texts]

    readings = read_distinct(source, column, read_all, blank=_unknown(None))
    return decided_column(source, column, readings, FLAG, may_be_blank=False)


def _read_answer(text: str, policy: FlagPolicy) -> Reading:
    return read_flag(text, policy) if text.strip() else _unknown(text)


def _unknown(text: str | None) -> Reading:
    return Reading(text, False, "pra-unknown", message="v2 has no answer, so no was taken.")
