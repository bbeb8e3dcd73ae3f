"""What is told of a row as a whole, and which rows are only counted: without a database."""

from typing import Any

import pytest

from migrate.decisions.decision import Decision
from migrate.explain.evidence import Evidence, Remark, Values
from migrate.explain.row import explain_row
from migrate.explain.tell import member_summary, row_sentences
from migrate.schema import v3
from tests.explain.one_training import (
    ABOUT_ROW,
    ABOUT_VALUE,
    BY_NOW,
    DROPPED,
    IN_V3,
    MIGRATED,
    MOMENT,
    REFUSED,
    REJECTED,
    RULES,
    WAITING,
    WORDS,
    explained,
    value,
)

GONE = "The old system does not have this record any more."
DELETED = "The record has been deleted in the new system. It will not be made again."
DELETION_KEPT = Remark(None, "kept-user-delete", "info", None, None, None)
DELETION_KEPT_WORDS = [
    "The user's deletion was kept.",
    "The row was deleted in v3 after it was loaded. It is not created again.",
]
ACCOUNT_KEPT = Remark(None, "adopted-member", "info", None, None, None)
ABOUT_ROW_WORDS = ["v3's database refused the row.", "v3 did not take it."]
ROWS: list[tuple[dict[str, Any], list[str]]] = [  # what is otherwise, what is said of the row
    ({}, ["It was carried over."]),
    ({"fate": None}, ["It has not been migrated yet."]),
    ({"fate": None, "coming": WAITING}, ["It has not been migrated yet."]),
    (
        {"fate": None, "coming": REJECTED},
        ["It has not been migrated yet.", WORDS.sentences["coming_rejected"], WORDS.reasons["orphan"]],
    ),
    (
        {"fate": None, "taken_back_at": MOMENT},
        [
            "What had been carried over of its cohort was taken back on 2 May 2024. "
            "It has not been carried over since."
        ],
    ),
    ({"fate": REJECTED}, [WORDS.fates["rejected"], WORDS.reasons["orphan"]]),
    ({"fate": REJECTED._replace(reason="odd")}, [WORDS.fates["rejected"], "The reason is odd."]),
    (
        {"fate": REJECTED, "coming": WAITING},
        [WORDS.fates["rejected"], WORDS.reasons["orphan"], WORDS.sentences["coming_migrated"]],
    ),
    (
        {"coming": DROPPED},
        [WORDS.fates["migrated"], WORDS.sentences["coming_none"], WORDS.reasons["archived-assessment"]],
    ),
    (
        {"coming": DROPPED._replace(reason="odd")},
        [WORDS.fates["migrated"], WORDS.sentences["coming_none"], "The reason is odd."],
    ),
    (
        {"coming": DROPPED, "remarks": (Remark(None, "archived-since", "info", None, None, "Since then."),)},
        [WORDS.fates["migrated"], "Archived in v2 after it was migrated.", "Since then."],
    ),
    ({"v2": None}, [WORDS.fates["migrated"], GONE]),
    ({"now": None}, [WORDS.fates["migrated"], DELETED]),
    (
        {"now": None, "remarks": (DELETION_KEPT,)},
        [WORDS.fates["migrated"], DELETED],
    ),
    ({"moving": "away", "now": None}, [WORDS.fates["migrated"], WORDS.sentences["moving_away"], DELETED]),
    (
        {"moving": "away", "v2": None},
        [WORDS.fates["migrated"], WORDS.sentences["moving_away"], WORDS.sentences["still_away"]],
    ),
    (
        {"moving": "away", "now": IN_V3 | {"member_id": "b" * 32}},
        [WORDS.fates["migrated"], WORDS.sentences["moving_away"]],
    ),
    (
        {"fate": REFUSED, "remarks": (ABOUT_ROW,)},
        [WORDS.fates["rejected"], WORDS.reasons["load-refused"], "v3 did not take it."],
    ),
    (
        {"fate": None, "coming": WAITING, "remarks": (ACCOUNT_KEPT,)},
        [WORDS.fates["none"], WORDS.states["would-keep-account"]],
    ),
    ({"fate": REJECTED, "now": None}, [WORDS.fates["rejected"], WORDS.reasons["orphan"]]),
    (
        {"fate": REJECTED, "now": None, "moving": "away"},
        [WORDS.fates["rejected"], WORDS.reasons["orphan"], WORDS.sentences["moving_away"]],
    ),
    (
        {"fate": REFUSED, "now": None, "coming": WAITING, "remarks": (ABOUT_ROW,)},
        [
            WORDS.fates["rejected"],
            WORDS.reasons["load-refused"],
            "v3 did not take it.",
            WORDS.sentences["coming_migrated"],
        ],
    ),
    ({"remarks": (DELETION_KEPT,)}, [WORDS.fates["migrated"], *DELETION_KEPT_WORDS]),
    ({"now": None, "remarks": (ABOUT_ROW,)}, [WORDS.fates["migrated"], DELETED, *ABOUT_ROW_WORDS]),
    ({"fate": None, "remarks": (ABOUT_ROW,)}, [WORDS.fates["none"], *ABOUT_ROW_WORDS]),
    (
        {"remarks": (ACCOUNT_KEPT,)},
        [
            WORDS.fates["migrated"],
            "The member already had an account.",
            RULES.catalogue.kinds["adopted-member"].meaning,
        ],
    ),
]


@pytest.mark.parametrize(("parts", "said"), ROWS)
def test_what_became_of_a_row_is_told(parts: dict[str, Any], said: list[str]) -> None:
    assert row_sentences(explained(parts), WORDS, RULES.catalogue) == said


PLAIN: list[tuple[dict[str, Any], bool]] = [  # what is otherwise, whether there is nothing to tell
    ({}, True),
    ({"fate": REJECTED}, False),
    ({"v2": None}, False),
    ({"coming": DROPPED}, False),
    ({"moving": "away"}, False),
    ({"remarks": (ABOUT_ROW,)}, False),
    ({"remarks": (ABOUT_VALUE,)}, False),
    ({"decisions": {"title": Decision("row", "training", "title", "accept", "1")}}, False),
    ({"next": BY_NOW}, False),
    ({"now": IN_V3 | {"title": None}}, False),
    ({"now": IN_V3 | {"member_id": "b" * 32}}, False),
    ({"now": IN_V3 | {"member_id": "b" * 32}, "next": {"title": "Relays", "member_id": "c" * 32}}, False),
]


@pytest.mark.parametrize(("parts", "is_plain"), PLAIN)
def test_a_row_with_anything_to_tell_is_told_by_itself(parts: dict[str, Any], *, is_plain: bool) -> None:
    row = explained(parts)
    assert row.is_plain is is_plain
    assert bool(member_summary([row], WORDS)) is is_plain


def test_what_v3_has_no_field_for_does_not_keep_a_row_from_being_plain() -> None:
    assessments: Values = {**dict.fromkeys(v3.merged_columns(v3.registration_assessments), "-")}
    row = explain_row(
        Evidence("competence_assessments", "1", {}, MIGRATED, loaded=assessments, now={}, next={}),
        RULES.mapping,
    )
    assert value(row, "is_archived").state == "not-carried"
    assert row.is_plain


LEFT_BEHIND: list[tuple[dict[str, Any], bool]] = [  # what is otherwise, whether it is only counted
    ({"fate": DROPPED}, True),
    ({"fate": DROPPED, "coming": WAITING}, False),
    ({"fate": DROPPED, "moving": "away"}, False),
    ({"fate": DROPPED, "remarks": (ABOUT_ROW,)}, False),
    ({"fate": REJECTED}, False),
    ({"fate": None}, False),
]


@pytest.mark.parametrize(("parts", "is_counted"), LEFT_BEHIND)
def test_what_was_left_behind_is_counted_by_table_and_reason(
    parts: dict[str, Any], *, is_counted: bool
) -> None:
    said = (
        "training: 2 records were left behind on purpose. Archived assessments, their responses and their "
        "verifications are not carried over."
    )
    row = explained(parts)
    assert row.is_dropped is is_counted
    assert member_summary([row, row], WORDS) == ([said] if is_counted else [])
