"""A batch of v2 as a batch of v3."""

import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given as suppose
from hypothesis import settings
from hypothesis import strategies as st

from migrate.schema import v2, v3
from migrate.schema.frames import ANOMALY_COLUMNS, FATE_COLUMNS, TEXT, V2Batch, empty_frame
from migrate.transform.batch import transform_batch
from migrate.transform.decision_lookup import NO_DECISIONS, Decisions
from migrate.transform.entities import ENTITIES
from migrate.transform.identity import v3_id
from tests.transform.v2_rows import Row, decision, migrate, shipped_rules, told, v2_rows, values

ADOPTED = "ab" * 16
SECRET = "Jo Q. Public"
DTYPES = {
    "DATE": pd.ArrowDtype(pa.date32()),
    "DATETIME": pd.ArrowDtype(pa.timestamp("us")),
    "BOOLEAN": pd.ArrowDtype(pa.bool_()),
    "NUMERIC(8, 2)": pd.ArrowDtype(pa.decimal128(8, 2)),
}


def test_every_v2_table_has_a_place_to_go_but_supporters() -> None:
    assert set(v2.metadata.tables) - set(ENTITIES) == {"supporters"}
    assert {entity.v3_table for entity in ENTITIES.values()} == {table.name for table in v3.LOAD_ORDER}


@pytest.mark.parametrize("table", list(ENTITIES))
def test_rows_have_the_columns_and_types_that_load_expects(table: str) -> None:
    """Also where a table is all rejected, and its frame empty."""
    owners = dict.fromkeys(v2.PARENTS.get(table, {}), "1")
    parents: dict[str, list[Row]] = {"members": [{}], "competence_assessments": [{"member_id": "1"}]}
    for row in (owners, dict.fromkeys(owners, "99")):
        batch = migrate({**parents, table: [row]}, scheme_ids=frozenset({"1"}))
        target = v3.metadata.tables[ENTITIES[table].v3_table]
        rows = batch.rows[target.name]
        assert tuple(rows.columns) == (*v3.written_columns(target), "v2_id")
        for name in v3.written_columns(target):
            assert rows[name].dtype == DTYPES.get(str(target.c[name].type), TEXT), name


def test_fates_and_anomalies_have_their_columns() -> None:
    batches: list[dict[str, list[Row]]] = [
        {},
        {"members": [{}]},
        {"training": [{"member_id": "1", "duration": "2 days"}]},
    ]
    for tables in batches:
        batch = migrate(tables)
        assert tuple(batch.fates.columns) == FATE_COLUMNS
        assert tuple(batch.anomalies.columns) == ANOMALY_COLUMNS
        assert {str(dtype) for dtype in [*batch.fates.dtypes, *batch.anomalies.dtypes]} == {str(TEXT)}


def test_an_adopted_members_records_attach_to_the_account() -> None:
    tables: dict[str, list[Row]] = {
        "members": [
            {"member_id": "1", "cohort": "A", "created_at": "soon"},
            {"member_id": "2", "cohort": "A"},
        ],
        "training": [{"member_id": "1"}, {"member_id": "2"}],
    }
    batch = migrate(tables, adopted={"1": ADOPTED})
    assert values(batch.rows["members"], "id") == [ADOPTED, v3_id("members", "2")]
    assert values(batch.rows["trainings"], "member_id") == [ADOPTED, v3_id("members", "2")]
    assert values(batch.fates, "v3_id")[0] == ADOPTED
    assert told(batch.anomalies, "cohort", "member_id", "v2_id", "v2_column", "code", "severity") == [
        ("A", "1", "1", None, "adopted-member", "info")  # created_at is not loaded, so nothing is said of it
    ]


def test_each_rejected_row_is_named_as_a_whole() -> None:
    tables: dict[str, list[Row]] = {
        "members": [{"member_id": "1"}, {"member_id": "2"}],
        "training": [{"member_id": "2", "duration": "2 days"}, {"member_id": "9", "title": "a\0b"}],
    }
    batch = migrate(tables, duplicates={"2": "1"})
    assert told(
        batch.anomalies, "v2_table", "v2_id", "member_id", "v2_column", "code", "severity", "raw_value"
    ) == [
        ("members", "2", "2", None, "duplicate-member", "error", None),
        ("training", "2", "9", None, "orphan", "warning", None),
        ("training", "1", "2", None, "parent-rejected", "warning", None),
    ]
    assert "member 1" in values(batch.anomalies, "message")[0]


def test_an_accepted_rejection_is_not_reported_again() -> None:
    decided = Decisions.that_hold([decision("accept", table="training", column=None, row="1")])
    batch = migrate({"training": [{"member_id": "9"}]}, decisions=decided)
    assert told(batch.anomalies, "code") == []
    assert values(batch.fates, "fate") == ["rejected"]


@pytest.mark.parametrize("column", ["status", "scheme_id", "scheme_membership_id", "nickname", None])
def test_a_decision_that_no_column_can_take_is_shown(column: str | None) -> None:
    decided = Decisions.that_hold([decision("set", "x", table="scheme_memberships", column=column, row="1")])
    tables: dict[str, list[Row]] = {
        "members": [{}],
        "scheme_memberships": [{"member_id": "1", "scheme_id": "1"}],
    }
    batch = migrate(tables, decisions=decided, scheme_ids=frozenset({"1"}))
    assert told(batch.anomalies, "v2_column", "code") == [(column, "decision-invalid")]


def test_nothing_that_archived_assessments_and_supporters_say_is_kept() -> None:
    def secret(table: str, **known: str) -> dict[str, str | None]:
        return {
            **dict.fromkeys((column.name for column in v2.metadata.tables[table].columns), SECRET),
            **known,
        }

    tables: dict[str, list[Row]] = {
        "members": [{"member_id": "1"}],
        "competence_assessments": [
            secret("competence_assessments", assessment_id="1", member_id="1"),
            secret("competence_assessments", assessment_id="2", member_id="1", is_archived="Y"),
        ],
        "assessment_responses": [secret("assessment_responses", response_id="1", assessment_id="1")],
        "verifications": [secret("verifications", verification_id="1", assessment_id="2")],
        "intents_to_register": [{"member_id": "1", "pra_consulted": "no"}],
        "supporters": [secret("supporters", supporter_id="1", intent_id="1")],
    }
    decided = Decisions.that_hold(
        decision("set", "?", table="competence_assessments", column="is_archived", row=row, raw=SECRET)
        for row in ("1", "2")
    )
    for decisions in (NO_DECISIONS, decided):
        batch = migrate(tables, decisions=decisions)
        kept = [frame.to_csv() for frame in (*batch.rows.values(), batch.fates, batch.anomalies)]
        assert SECRET not in "".join(kept)
    assert ("archived-unclear",) in told(migrate(tables).anomalies, "code")


def test_cells_that_a_spreadsheet_damaged_are_null_and_errors() -> None:
    damaged = pd.DataFrame(
        {
            "v2_table": pd.Series(["education", "training"], dtype=TEXT),
            "v2_id": pd.Series(["2", "1"], dtype=TEXT),
            "v2_column": pd.Series(["grade", "duration"], dtype=TEXT),
        }
    )
    tables: dict[str, list[Row]] = {
        "members": [{}],
        "education": [{"member_id": "1", "grade": "2:1"}, {"member_id": "1", "grade": "02:01:00"}],
        "training": [{"member_id": "1", "duration": None}],
    }
    batch = migrate(tables, damaged=damaged)
    assert values(batch.rows["educations"], "classification") == ["2:1", None]
    assert told(batch.anomalies, "v2_table", "v2_id", "v2_column", "code", "severity", "raw_value") == [
        ("education", "2", "grade", "spreadsheet-damaged", "error", "02:01:00"),
        ("training", "1", "duration", "spreadsheet-damaged", "error", None),
    ]


def test_schemes_and_orphans_come_in_batches_of_their_own() -> None:
    schemes = migrate({"schemes": [{"coordinator_email": "c@example.org"}]})
    assert values(schemes.rows["schemes"], "id") == [v3_id("schemes", "1")]
    orphans = migrate({"employment": [{"member_id": "9"}], "verifications": [{"assessment_id": "9"}]})
    assert values(orphans.fates, "reason") == ["orphan", "orphan"]
    assert values(orphans.fates, "member_id") == ["9", None]


ANY_TEXT = st.one_of(
    st.none(),
    st.sampled_from(["1", "2", "99", "yes", "2 days", "March 2010", "2010-03-12", "31/02/2011", " ", "a\0b"]),
    st.text(max_size=8),
)


@st.composite
def _batches(draw: st.DrawFn) -> V2Batch:
    tables = {}
    for name, table in v2.metadata.tables.items():
        owners = {column: st.sampled_from(["1", "2", "99", None]) for column in v2.PARENTS.get(name, {})}
        texts = {
            column.name: ANY_TEXT for column in table.columns if column.name not in {v2.KEYS[name], *owners}
        }
        rows = draw(st.lists(st.fixed_dictionaries({**owners, **texts}), max_size=3))
        tables[name] = v2_rows(name, *rows)
    return V2Batch(tables, scheme_ids=frozenset({"1"}), duplicates={"2": "1"})


@settings(max_examples=40, deadline=None)
@suppose(_batches())
def test_any_batch_is_answered_whole_and_left_as_it_was(batch: V2Batch) -> None:
    """Each row has one fate, migrated rows arrive once and in order, and only its rows are spoken of."""
    before = {name: frame.copy(deep=True) for name, frame in batch.tables.items()}
    result = transform_batch(batch, {"1": ADOPTED}, shipped_rules(), NO_DECISIONS)
    for name, frame in batch.tables.items():
        pd.testing.assert_frame_equal(frame, before[name])
        fates = result.fates[result.fates["v2_table"] == name]
        assert values(fates, "v2_id") == values(frame, v2.KEYS[name])
        migrated = values(fates[fates["fate"] == "migrated"], "v2_id")
        if name in ENTITIES and len(frame):
            rows = result.rows[ENTITIES[name].v3_table]
            assert values(rows, "v2_id") == migrated
            assert values(rows, "id") == [key for key in values(fates, "v3_id") if key]
    seen = set(zip(result.fates["v2_table"], result.fates["v2_id"], strict=True))
    assert set(zip(result.anomalies["v2_table"], result.anomalies["v2_id"], strict=True)) <= seen


def test_an_empty_batch_is_an_empty_batch() -> None:
    batch = transform_batch(V2Batch({"members": v2_rows("members")}), {}, shipped_rules(), NO_DECISIONS)
    assert (batch.rows, len(batch.fates)) == ({}, 0)
    pd.testing.assert_frame_equal(batch.anomalies, empty_frame(ANOMALY_COLUMNS))
