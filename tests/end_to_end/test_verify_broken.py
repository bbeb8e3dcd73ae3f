"""`verify` finds each way in which a migration can be broken."""

from collections.abc import Callable
from decimal import Decimal

import pytest

from migrate.schema import v3
from migrate.transform.identity import v3_id
from tests.end_to_end import broken
from tests.end_to_end.places import Place
from tests.end_to_end.verified import FOREIGN, outcomes, told, verified

BREAKS: dict[str, tuple[Callable[[Place], None], set[tuple[str | None, ...]]]] = {
    # what the loader does wrongly → what verify then lists
    "a row is lost": (
        lambda place: broken.lose(place, v3.employments, "employment", "1"),
        {("unaccounted", "employment", "1", "fate", "migrated", None)},
    ),
    "a row's fate is lost": (
        lambda place: broken.note_wrongly(place, "employment", "1", v3_id=None),
        {("unaccounted", "employment", "1", "fate", "migrated", "migrated"),},
    ),
    "the ledger names a row that is not there": (
        lambda place: broken.note_wrongly(place, "employment", "1", v3_id=FOREIGN),
        {("unaccounted", "employment", "1", "fate", "migrated", "migrated")},
    ),
    "a row is called refused that v3 has": (
        lambda place: broken.note_wrongly(place, "training", "1", **broken.REFUSED),
        {("different", "training", "1", "fate", "migrated", "rejected: load-refused")},
    ),
    "a row is reported as refused that v3 has": (
        lambda place: broken.call_refused(place, "training", "1"),
        {("different", "training", "1", "fate", "migrated", "rejected: load-refused")},
    ),
    "a row is lost and called refused": (
        lambda place: broken.lose_as_refused(place, v3.trainings, "training", "1"),
        {("different", "training", "1", "fate", "migrated", "rejected: load-refused")},
    ),
    "a row is doubled": (
        lambda place: broken.double(place, v3.employments, "employment", "1", FOREIGN),
        {("surplus", "employment", None, None, None, None)},
    ),
    "a scheme is doubled": (
        lambda place: broken.double(place, v3.schemes, "schemes", "1", FOREIGN),
        {("surplus", "schemes", None, None, None, None)},
    ),
    "columns are shifted": (
        lambda place: broken.load_wrongly(
            place, v3.employments, "employment", "1",
            employer="Engineer", job_title="Relays", responsibilities=None,
        ),
        {
            ("different", "employment", "1", "employer", "Northgrid", "Engineer"),
            ("different", "employment", "1", "job_title", "Engineer", "Relays"),
            ("different", "employment", "1", "responsibilities", "Relays", None),
        },
    ),
    "a character is changed": (
        lambda place: broken.load_wrongly(place, v3.employments, "employment", "1", employer="Nørthgrid"),
        {("different", "employment", "1", "employer", "Northgrid", "Nørthgrid")},
    ),
    "a space is lost": (
        lambda place: broken.load_wrongly(place, v3.employments, "employment", "1", employer="Northgrid "),
        {("different", "employment", "1", "employer", "Northgrid", "Northgrid ")},
    ),
    "nothing becomes an empty text": (
        lambda place: broken.load_wrongly(place, v3.trainings, "training", "1", provider=""),
        {("different", "training", "1", "provider", None, "")},
    ),
    "an id is wrong": (
        lambda place: broken.give_id(place, v3.employments, "employment", "1", FOREIGN),
        {("different", "employment", "1", "id", v3_id("employment", "1"), FOREIGN)},
    ),
    "an owner is wrong": (
        lambda place: broken.load_wrongly(
            place, v3.employments, "employment", "1", member_id=v3_id("members", "2")
        ),
        {
            ("different", "employment", "1", "member_id", v3_id("members", "1"), v3_id("members", "2")),
        },
    ),
    "an hour is wrong": (
        lambda place: broken.load_wrongly(place, v3.trainings, "training", "1", duration_hours=Decimal(15)),
        {("different", "training", "1", "duration_hours", "14.00", "15.00")},
    ),
    "a dropped row is there": (
        lambda place: broken.put(
            place, v3.registration_assessments, "competence_assessments", "2", member_id=v3_id("members", "1")
        ),
        {("surplus", "competence_assessments", None, None, None, None)},
    ),
    "a rejected row is there": (
        lambda place: broken.put(place, v3.trainings, "training", "4", member_id=v3_id("members", "2")),
        {("surplus", "training", None, None, None, None)},
    ),
    "a row of nobody is there": (
        lambda place: broken.put(place, v3.trainings, "training", "77", member_id=v3_id("members", "2")),
        {("surplus", "training", None, None, None, None)},
    ),
    "a member of nobody is there": (
        lambda place: broken.put(place, v3.members, "members", "77"),
        {("surplus", "members", None, None, None, None)},
    ),
    "a row is dropped that is to arrive": (
        lambda place: broken.note_wrongly(
            place, "employment", "1", fate="dropped", reason="archived-assessment"
        ),
        {("different", "employment", "1", "fate", "migrated", "dropped: archived-assessment")},
    ),
    "a row is rejected that is to arrive": (
        lambda place: broken.note_wrongly(
            place, "employment", "1", fate="rejected", reason="orphan", v3_table=None, v3_id=None
        ),
        {
            ("different", "employment", "1", "fate", "migrated", "rejected: orphan"),
        },
    ),
    "a reason is wrong": (
        lambda place: broken.note_wrongly(place, "training", "4", reason="parent-rejected"),
        {("different", "training", "4", "fate", "rejected: orphan", "rejected: parent-rejected")},
    ),
    "a row that has to stay has arrived by the ledger": (
        lambda place: broken.note_wrongly(place, "assessment_responses", "2", fate="migrated", reason=None),
        {
            (
                "unaccounted", "assessment_responses", "2", "fate",
                "dropped: archived-assessment", "migrated",
            )
        },
    ),
    "a text is left blank in silence": (
        lambda place: broken.keep_silent(place, "training", "2"),
        {("different", "training", "2", "duration", "vague", None)},
    ),
    "an anomaly has another text": (
        lambda place: broken.tell_wrongly(place, "training", "2", raw_value="a few hour"),
        {("different", "training", "2", "duration: raw_value", "a few hours", "a few hour")},
    ),
    "an anomaly says that something else was loaded": (
        lambda place: broken.tell_wrongly(place, "training", "1", loaded_value="16.00"),
        {("different", "training", "1", "duration: loaded_value", "14.00", "16.00")},
    ),
    "an anomaly is graver than it should be": (
        lambda place: broken.tell_wrongly(place, "training", "1", severity="error"),
        {("different", "training", "1", "duration: severity", "info", "error")},
    ),
    "an anomaly of a whole row has lost its words": (
        lambda place: broken.tell_wrongly(place, "training", "4", message=""),
        {("different", "training", "4", "message", "The member that it belongs to is not in v2.", "")},
    ),
    "an anomaly is said to be another member's": (
        lambda place: broken.tell_wrongly(place, "training", "2", member_id="2"),
        {("different", "training", "2", "duration: member_id", "1", "2")},
    ),
    "an anomaly is said to be of another cohort": (
        lambda place: broken.tell_wrongly(place, "training", "2", cohort="2024-B"),
        {("different", "training", "2", "duration: cohort", "2024-A", "2024-B")},
    ),
    "a row is said to be another member's": (
        lambda place: broken.note_wrongly(place, "employment", "1", member_id="2"),
        {("different", "employment", "1", "member_id", "1", "2")},
    ),
    "a row is said to be of another cohort": (
        lambda place: broken.note_wrongly(place, "employment", "1", cohort="2024-B"),
        {("different", "employment", "1", "cohort", "2024-A", "2024-B")},
    ),
    "a row is said to be in another table of v3": (
        lambda place: broken.note_wrongly(place, "employment", "1", v3_table="educations"),
        {("different", "employment", "1", "v3_table", "employments", "educations")},
    ),
    "a row that has to stay is said to be in a table of v3": (
        lambda place: broken.note_wrongly(place, "training", "4", v3_table="trainings"),
        {("different", "training", "4", "v3_table", None, "trainings")},
    ),
    "a row is rejected in silence": (
        lambda place: broken.keep_silent(place, "training", "4"),
        {("different", "training", "4", "anomaly", "orphan", None)},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", BREAKS)
def test_a_broken_migration_is_caught(migrated: Place, name: str) -> None:
    """Each break is a difference, listed with what was expected and what was found, and nothing else is."""
    do_break, expected = BREAKS[name]
    do_break(migrated)
    account = verified(migrated)
    assert not account.closed
    assert told(account) == expected


def test_a_whole_migration_is_closed(migrated: Place) -> None:
    account = verified(migrated)
    assert (account.closed, told(account), outcomes(account)) == (True, set(), {})
