"""Every v2 row has one fate, and the first reason that applies."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given as suppose
from hypothesis import strategies as st

from migrate.schema import v2
from migrate.schema.frames import V2Batch
from migrate.transform.fates import PARENTS_FIRST, REASONS, assign_fates
from tests.transform.v2_rows import Row, migrate, v2_rows, values

ARCHIVED = {"assessment_id": "1", "member_id": "1", "is_archived": "yes"}
LIVE = {"assessment_id": "1", "member_id": "1", "is_archived": "no"}
TWIN = {"member_id": "2", "membership_number": "0012"}
CASES: list[tuple[str, dict[str, list[Row]], str, str | None]] = [  # claim, tables, whose fate, reason
    ("a member is migrated", {}, "members", None),
    ("what a member owns is migrated", {"training": [{"member_id": "1"}]}, "training", None),
    ("without a member it is an orphan", {"training": [{"member_id": "9"}]}, "training", "orphan"),
    ("NULL refers to nobody", {"training": [{"member_id": None}]}, "training", "orphan"),
    ("a live assessment is migrated", {"competence_assessments": [LIVE]}, "competence_assessments", None),
    (
        "an archived one is not",
        {"competence_assessments": [ARCHIVED]},
        "competence_assessments",
        "archived-assessment",
    ),
    (
        "archived goes before orphan",
        {"competence_assessments": [{**ARCHIVED, "member_id": "9"}]},
        "competence_assessments",
        "archived-assessment",
    ),
    (
        "so does its response",
        {"competence_assessments": [ARCHIVED], "assessment_responses": [{"assessment_id": "1"}]},
        "assessment_responses",
        "archived-assessment",
    ),
    (
        "and its verification",
        {"competence_assessments": [ARCHIVED], "verifications": [{"assessment_id": "1"}]},
        "verifications",
        "archived-assessment",
    ),
    (
        "a live orphan's response is rejected with it",
        {
            "competence_assessments": [{**LIVE, "member_id": "9"}],
            "assessment_responses": [{"assessment_id": "1"}],
        },
        "assessment_responses",
        "parent-rejected",
    ),
    (
        "a response without an assessment is an orphan",
        {"assessment_responses": [{"assessment_id": "9"}]},
        "assessment_responses",
        "orphan",
    ),
    (
        "a supporter is not needed",
        {"supporters": [{"intent_id": "9"}]},
        "supporters",
        "supporters-not-needed",
    ),
    (
        "a membership needs its scheme",
        {"scheme_memberships": [{"member_id": "1", "scheme_id": "9"}]},
        "scheme_memberships",
        "orphan",
    ),
    (
        "a membership needs its member",
        {"scheme_memberships": [{"member_id": "9", "scheme_id": "5"}]},
        "scheme_memberships",
        "orphan",
    ),
    (
        "a membership with both is migrated",
        {"scheme_memberships": [{"member_id": "1", "scheme_id": "5"}]},
        "scheme_memberships",
        None,
    ),
    ("what a duplicate owns goes with it", {"training": [{"member_id": "2"}]}, "training", "parent-rejected"),
    (
        "a duplicate's archived assessment is archived",
        {"competence_assessments": [{**ARCHIVED, "member_id": "2"}]},
        "competence_assessments",
        "archived-assessment",
    ),
    (
        "a duplicate's response goes with its assessment",
        {
            "competence_assessments": [{**LIVE, "member_id": "2"}],
            "assessment_responses": [{"assessment_id": "1"}],
        },
        "assessment_responses",
        "parent-rejected",
    ),
    (
        "orphan goes before parent-rejected",
        {"scheme_memberships": [{"member_id": "2", "scheme_id": "9"}]},
        "scheme_memberships",
        "orphan",
    ),
]


@pytest.mark.parametrize(
    ("tables", "table", "reason"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_a_row_has_the_first_reason_that_applies(
    tables: dict[str, list[Row]], table: str, reason: str | None
) -> None:
    members: list[Row] = [{"member_id": "1", "membership_number": "0012"}, TWIN]
    batch = migrate({"members": members, **tables}, scheme_ids=frozenset({"5"}), duplicates={"2": "1"})
    found = batch.fates[batch.fates["v2_table"] == table].iloc[0]
    given_reason = None if found["reason"] is pd.NA else found["reason"]
    assert (found["fate"], given_reason) == (REASONS.get(reason or "", "migrated"), reason)


def test_the_owner_is_known_through_the_parents() -> None:
    batch = migrate(
        {
            "members": [{"member_id": "1", "cohort": "A"}],
            "competence_assessments": [LIVE, {**LIVE, "assessment_id": "2", "member_id": "9"}],
            "assessment_responses": [{"assessment_id": "1"}, {"assessment_id": "2"}, {"assessment_id": "3"}],
            "intents_to_register": [{"member_id": "1"}],
            "supporters": [{"intent_id": "1"}, {"intent_id": "2"}],
        }
    )
    responses = batch.fates[batch.fates["v2_table"] == "assessment_responses"]
    assert values(responses, "member_id") == ["1", "9", None]  # a member that does not exist is kept in sight
    assert values(responses, "cohort") == ["A", None, None]
    supporters = batch.fates[batch.fates["v2_table"] == "supporters"]
    assert values(supporters, "member_id") == ["1", None]


KEYS = st.sampled_from(["1", "2", "3", "99", None])


@st.composite
def _tables(draw: st.DrawFn) -> dict[str, pd.DataFrame]:
    tables = {}
    for table in v2.metadata.tables:
        owners = [*v2.PARENTS.get(table, {})]
        rows = draw(st.lists(st.fixed_dictionaries(dict.fromkeys(owners, KEYS)), max_size=4))
        if rows:
            tables[table] = v2_rows(table, *rows)
    return tables


@suppose(_tables(), st.data())
def test_every_row_of_any_v2_has_one_fate(tables: dict[str, pd.DataFrame], data: st.DataObject) -> None:
    count = len(tables.get("competence_assessments", ()))
    archived = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), dtype=bool)
    batch = V2Batch(tables, scheme_ids=frozenset({"1"}), duplicates={"2": "1"})
    fates = assign_fates(batch, archived)
    assert set(fates) == set(tables) <= set(PARENTS_FIRST)
    for table, of_table in fates.items():
        assert len(of_table.reasons) == len(of_table.owners) == len(tables[table])
        assert set(of_table.fate_texts.to_pylist()) <= {"migrated", "dropped", "rejected"}
        assert [reason is None for reason in of_table.reason_texts.to_pylist()] == of_table.migrated.tolist()
