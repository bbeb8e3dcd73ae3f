"""What a batch is to write: which of its rows arrive, which change, and what becomes of the others."""

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pandas as pd
import pyarrow as pa
import pytest

from migrate.databases import open_engine
from migrate.load.names import V2Names
from migrate.load.planning.lookups import Lookups
from migrate.load.planning.plan import Elsewhere, Incoming, LoadPlan, plan_load
from migrate.load.present import LEDGER_ANOMALY_COLUMNS, LEDGER_COLUMNS, Present
from migrate.load.versions import version_to_be
from migrate.rulebook import load_rules
from migrate.schema import frames, v3
from migrate.schema.arrow import no_rows
from migrate.schema.frames import V3Batch
from migrate.transform.identity import v3_id

TEXT = pa.large_string()
Row = dict[str, Any]

RULES = load_rules()
MEMBER, TRAINING, ASSESSMENT = (
    v3_id(*key) for key in (("members", "1"), ("training", "5"), ("competence_assessments", "7"))
)
OWN, SCHEME = "f" * 32, v3_id("schemes", "9")
HERE: Row = {"id": MEMBER, "membership_number": "N1", "surname": "Ashdown"}
CHANGED = HERE | {"membership_number": "N2"}


def plan(
    member: Row, present: list[Row], *, was_migrated: bool, taken: str = "", lost: tuple[str, ...] = ()
) -> LoadPlan:
    """Plan a batch of member 1 and of a row of each kind that they own, of which the ledger knows nothing."""
    rows = {
        "members": {"v2_id": "1", **member},
        "trainings": {"v2_id": "5", "id": TRAINING, "member_id": member["id"], "title": "Rigging"},
        "registration_assessments": {"v2_id": "7", "id": ASSESSMENT, "member_id": member["id"]},
        "assessment_ratings": {"v2_id": "8", "id": OWN, "assessment_id": ASSESSMENT},
        "scheme_memberships": {"v2_id": "6", "id": OWN, "member_id": member["id"], "scheme_id": SCHEME},
    }
    fates: list[Row] = [
        {"v2_table": RULES.mapping.by_target[name], "v2_id": row["v2_id"], "member_id": "1", "cohort": "A",
         "fate": "migrated", "v3_table": name, "v3_id": row["id"]}
        for name, row in rows.items()
    ]  # fmt: skip
    known = [fates[0] | {"owner_id": MEMBER, "run_id": "first"}] if was_migrated else []
    in_v3 = {table.name: no_rows(("id", *v3.merged_columns(table))) for table in v3.LOAD_ORDER}
    in_v3["members"] = arrow(tuple(in_v3["members"].column_names), present)
    base = "\x1f".join(f"={HERE[name]}" if name in HERE else "-" for name in v3.merged_columns(v3.members))
    batch = V3Batch(
        {name: frame(("v2_id", *v3.written_columns(v3.metadata.tables[name])), [row])
         for name, row in rows.items()},
        frame(frames.FATE_COLUMNS, fates),
        frames.empty_frame(frames.ANOMALY_COLUMNS),
    )  # fmt: skip
    owners = pa.array([MEMBER] * len(fates), TEXT)
    return plan_load(
        Incoming(batch, owners, Elsewhere(frozenset(taken), lost)),
        Present(arrow(LEDGER_COLUMNS, known), in_v3, no_rows(LEDGER_ANOMALY_COLUMNS)),
        Lookups(
            bases=lambda _, ids: pa.array([base] * len(ids), TEXT),
            raw=lambda _, __, ids: [None] * len(ids),
            find=lambda _, __: frozenset(),
        ),
        V2Names(RULES.mapping),
        RULES.catalogue,
    )


def arrow(names: tuple[str, ...], rows: list[Row]) -> pa.Table:
    return pa.table({name: pa.array([row.get(name) for row in rows], TEXT) for name in names})


def frame(names: tuple[str, ...], rows: list[Row]) -> pd.DataFrame:
    return frames.frame_from(arrow(names, rows))


OWNED = {"trainings", "registration_assessments", "assessment_ratings", "scheme_memberships"}
ALL = {RULES.mapping.by_target[name] for name in ("members", *OWNED)}
NO_MEMBER, NO_SCHEME = {"members"}, ALL - {"scheme_memberships"}
PLANS: list[tuple[str, Callable[[], LoadPlan], set[str], set[str], set[str], bool]] = [
    # what happened, the plan → tables that get a row, that change one, v2's tables that arrive; whether a row
    # is left out that the ledger may know
    ("all is new", partial(plan, HERE, [], was_migrated=False),
     {"members", *OWNED}, set(), ALL, False),
    ("its member is there", partial(plan, HERE, [HERE], was_migrated=True),
     OWNED, set(), ALL, False),
    ("its member has changed", partial(plan, CHANGED, [HERE], was_migrated=True),
     OWNED, {"members"}, ALL, False),
    ("the new number is taken", partial(plan, CHANGED, [HERE], was_migrated=True, taken="1"),
     OWNED, set(), ALL, False),
    ("another's number is taken", partial(plan, CHANGED, [HERE], was_migrated=True, taken="2"),
     OWNED, {"members"}, ALL, False),
    ("its member has adopted an account",
     partial(plan, CHANGED | {"id": OWN}, [HERE | {"id": OWN}], was_migrated=True),
     OWNED, set(), ALL, False),
    ("a user has deleted its member", partial(plan, HERE, [], was_migrated=True),
     set(), set(), NO_MEMBER, True),
    ("a user has deleted its scheme", partial(plan, HERE, [HERE], was_migrated=True, lost=(SCHEME,)),
     OWNED - {"scheme_memberships"}, set(), NO_SCHEME, True),
    ("a user has deleted another scheme", partial(plan, HERE, [HERE], was_migrated=True, lost=(OWN,)),
     OWNED, set(), ALL, False),
]  # fmt: skip


@pytest.mark.parametrize(
    ("planning", "created", "updated", "arriving", "meets_unknown"),
    [case[1:] for case in PLANS],
    ids=[case[0] for case in PLANS],
)
def test_a_row_arrives_where_v3_can_take_it(
    planning: Callable[[], LoadPlan],
    created: set[str],
    updated: set[str],
    arriving: set[str],
    meets_unknown: bool,
) -> None:
    planned = planning()
    assert {name for name, merge in planned.tables.items() if merge.inserts.num_rows} == created
    assert {name for name, merge in planned.tables.items() if merge.updates.num_rows} == updated
    told = planned.fates.to_pylist()
    assert {row["v2_table"] for row in told if row["fate"] == "migrated"} == arriving
    assert {row["v2_table"] for row in told if row["reason"] == "parent-deleted"} == ALL - arriving
    assert all((row["v3_table"] is None) == (row["fate"] == "rejected") for row in told)
    known = {row["v2_table"] for row in told} - {row["v2_table"] for row in planned.new_fates.to_pylist()}
    assert (known, planned.changed_fates.num_rows) == ({"members"} - created, 0)
    assert planned.meets_unknown is meets_unknown
    assert planned.depends_on_others is False


WRITES: list[tuple[Row, list[Row], set[str], str]] = [
    # v2's member, v3's, what else is loaded with them → the version that v3 will have, where it has "now"
    (HERE, [HERE], set(), "now"),
    (CHANGED, [HERE], set(), ""),
    (HERE, [HERE], OWNED, ""),
]


@pytest.mark.parametrize(("member", "present", "others", "version"), WRITES)
def test_a_version_is_foretold_where_nothing_is_written_and_a_user_may_write_elsewhere(
    member: Row, present: list[Row], others: set[str], version: str, sqlite_url: str
) -> None:
    planned = plan(member, present, was_migrated=True)
    some = {name: merge for name, merge in planned.tables.items() if name in {"members", *others}}
    nothing = no_rows(())
    here = Present(nothing, {"members": arrow(("id",), present)}, nothing, version="now")
    with open_engine(sqlite_url).connect() as connection:
        assert version_to_be(connection, replace(planned, tables=some), here) == version
