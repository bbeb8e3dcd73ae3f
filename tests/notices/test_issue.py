"""Notices are written once; again only when they are new or changed, and each to its own member."""

import csv
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Connection, update

from migrate.notices.compose import Wording
from migrate.notices.issue import Issued, issue_notices
from migrate.notices.words import load_words
from migrate.rulebook import load_rules
from migrate.schema import ledger, v3
from migrate.transform.identity import v3_id
from tests.ledgers import put
from tests.notices.members import ledger_place, migrated, put_member

WORDING = Wording(load_words(), load_rules(), date(2024, 5, 12))


def put_training(connection: Connection, v2_id: str, member: str, raw: str, hours: str | None) -> None:
    identity = migrated(connection, "training", "trainings", v2_id, member)
    loaded = None if hours is None else Decimal(hours)
    row = {"id": identity, "member_id": v3_id("members", member), "title": "Manual Handling"}
    put(connection, v3.trainings, {**row, "duration_hours": loaded})
    said = {
        "v2_column": "duration",
        "code": "no-unit",
        "severity": "warning",
        "raw_value": raw,
        "loaded_value": hours,
    }
    put(connection, ledger.anomalies, said, **ledger_place("training", v2_id, member))


@pytest.fixture
def members(connection: Connection) -> Connection:
    """Member 1 has a blank duration, 2 archived things and supporters, 3 nothing."""
    for member in ("1", "2", "3"):
        put_member(
            connection, member, forename="Robin", surname=f"Ashdown {member}", email=f"m{member}@example.org"
        )
    put_training(connection, "10", "1", "=3", None)
    dropped = {"fate": "dropped", "reason": "archived-assessment"}
    put(connection, ledger.rows, dropped, **ledger_place("competence_assessments", "20", "2"))
    put(connection, ledger.rows, dropped, **ledger_place("assessment_responses", "21", "2"))
    gone = {"fate": "dropped", "reason": "supporters-not-needed"}
    put(connection, ledger.rows, gone, **ledger_place("supporters", "30", "2"))
    return connection


def issue(connection: Connection, folder: Path, *cohorts: str, issue_all: bool = False) -> Issued:
    return issue_notices(connection, folder, WORDING, cohorts=cohorts, issue_all=issue_all)


def lines(folder: Path) -> list[dict[str, str]]:
    with (folder / "notices.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_each_member_is_told_what_applies_to_them(members: Connection, tmp_path: Path) -> None:
    issued = issue(members, tmp_path)
    assert (issued.written, issued.unchanged, issued.nothing_to_say) == (2, 0, 1)
    first, second = lines(tmp_path)
    assert "“=3” could not be turned into hours" in first["durations"]
    assert (first["assessments"], first["registration"]) == ("", "")
    assert "This concerns 1 assessment." in second["assessments"]
    assert "the 1 supporter you had named" in second["registration"]
    assert (second["email"], second["page"]) == ("m2@example.org", "notices/2.html")


def test_a_name_of_no_length_is_an_empty_field_of_the_mail_merge(
    connection: Connection, tmp_path: Path
) -> None:
    blank = dict.fromkeys(("title", "forename", "surname", "email"), "")
    put_member(connection, "1", **blank)
    put_training(connection, "10", "1", "3", None)
    issue(connection, tmp_path)
    (line,) = lines(tmp_path)
    assert {name: line[name] for name in blank} == blank
    assert line["greeting"] == "Dear member"


def test_pages_speak_of_their_own_member_alone(members: Connection, tmp_path: Path) -> None:
    issue(members, tmp_path)
    pages = {path.name: path.read_text(encoding="utf-8") for path in (tmp_path / "notices").iterdir()}
    assert sorted(pages) == ["1.html", "2.html"]
    assert "Dear Robin Ashdown 1" in pages["1.html"]
    assert "Ashdown 2" not in pages["1.html"]


def test_a_row_that_somebody_else_owns_by_now_is_told_to_them_alone(
    members: Connection, tmp_path: Path
) -> None:
    other = v3_id("members", "3")
    training = v3_id("training", "10")
    members.execute(update(v3.trainings).values(member_id=other).where(v3.trainings.c.id == training))
    told = {line["member_id"]: line["durations"] for line in lines(issue(members, tmp_path).csv.parent)}
    assert "1" not in told


def test_dates_that_were_put_right_are_not_asked_about(members: Connection, tmp_path: Path) -> None:
    put_training(members, "11", "3", "3 days", "21")
    said = {
        "v2_column": "end_date",
        "code": "dates-reversed",
        "severity": "warning",
        "raw_value": "2010-05-01",
    }
    put(
        members,
        ledger.anomalies,
        said | {"loaded_value": "2010-05-01"},
        **ledger_place("training", "11", "3"),
    )
    started = {"started_on": date(2010, 5, 5), "ended_on": date(2010, 5, 1)}
    here = v3.trainings.c.id == v3_id("training", "11")
    members.execute(update(v3.trainings).values(started).where(here))
    assert "before the start date" in lines(issue(members, tmp_path / "first").csv.parent)[-1]["details"]
    members.execute(update(v3.trainings).values(started_on=date(2010, 4, 20)).where(here))
    issue(members, tmp_path / "then", issue_all=True)
    assert all("before the start date" not in line["details"] for line in lines(tmp_path / "then"))


def test_what_v3_refused_to_take_over_is_not_told_as_what_it_has(members: Connection, tmp_path: Path) -> None:
    """v3 has 21 hours of an earlier text, and v2's new text did not become them."""
    put_training(members, "11", "3", "3 days", "21.00")
    told = {line["member_id"] for line in lines(issue(members, tmp_path / "first").csv.parent)}
    assert told == {"1", "2", "3"}
    said = {"code": "load-refused", "severity": "error", "message": "v3's database refused this row."}
    put(members, ledger.anomalies, said, **ledger_place("training", "11", "3"))
    issue(members, tmp_path / "then", issue_all=True)
    assert {line["member_id"] for line in lines(tmp_path / "then")} == {"1", "2"}


def test_what_reviewers_are_asked_is_not_told_to_members(members: Connection, tmp_path: Path) -> None:
    said = {"v2_column": "duration", "code": "decision-stale", "severity": "warning", "raw_value": "4"}
    put(members, ledger.anomalies, said, **ledger_place("training", "10", "1"))
    assert "“4”" not in lines(issue(members, tmp_path).csv.parent)[0]["durations"]


def test_when_a_row_was_last_changed_is_not_asked_of_its_member(members: Connection, tmp_path: Path) -> None:
    said = {
        "v2_column": "updated_at",
        "code": "date-not-understood",
        "severity": "warning",
        "raw_value": "last Tuesday",
    }
    put(members, ledger.anomalies, said, **ledger_place("training", "10", "1"))
    assert "last Tuesday" not in lines(issue(members, tmp_path).csv.parent)[0]["details"]


def test_same_notice_is_never_written_twice(members: Connection, tmp_path: Path) -> None:
    issue(members, tmp_path / "first")
    again = issue(members, tmp_path / "second")
    assert (again.written, again.unchanged) == (0, 2)
    assert lines(tmp_path / "second") == []
    assert list((tmp_path / "second" / "notices").iterdir()) == []


def test_changed_notice_is_written_again_alone(members: Connection, tmp_path: Path) -> None:
    issue(members, tmp_path)
    put_training(members, "11", "3", "1.30 hrs", None)
    put_training(members, "12", "1", "6 months", None)
    assert [line["member_id"] for line in lines(issue(members, tmp_path).csv.parent)] == ["1", "3"]
    third = issue(members, tmp_path)
    assert (third.written, third.unchanged) == (0, 3)


def test_all_are_written_where_all_are_asked_for(members: Connection, tmp_path: Path) -> None:
    issue(members, tmp_path)
    assert issue(members, tmp_path, issue_all=True).written == 2


def test_one_cohort_alone_is_told(members: Connection, tmp_path: Path) -> None:
    issue(members, tmp_path, "cohort 2", "cohort 3")
    assert [line["member_id"] for line in lines(tmp_path)] == ["2"]


def test_hours_that_the_member_has_entered_since_are_not_asked_for(
    members: Connection, tmp_path: Path
) -> None:
    members.execute(update(v3.trainings).values(duration_hours=Decimal(21)))
    issue(members, tmp_path)
    assert [line["member_id"] for line in lines(tmp_path)] == ["2"]


def test_adopted_member_is_told_under_their_own_account(connection: Connection, tmp_path: Path) -> None:
    account = "f" * 32
    put(connection, v3.members, {"id": account, "surname": "Brightwater"})
    fate = {"fate": "migrated", "v3_table": "members", "v3_id": account}
    put(connection, ledger.rows, fate, **ledger_place("members", "5", "5"))
    achievement = migrated(connection, "other_experience", "achievements", "50", "5")
    put(connection, v3.achievements, {"id": achievement, "member_id": account})
    issue(connection, tmp_path)
    assert [(line["surname"], line["achievements"] != "") for line in lines(tmp_path)] == [
        ("Brightwater", True)
    ]


def test_everything_else_is_read_from_v3(connection: Connection, tmp_path: Path) -> None:
    member = put_member(connection, "1")
    owned = {"member_id": member}
    education = migrated(connection, "education", "educations", "1", "1")
    put(connection, v3.educations, {"id": education, "classification": "2:1"}, **owned)
    intent = migrated(connection, "intents_to_register", "registration_applications", "1", "1")
    put(connection, v3.registration_applications, {"id": intent, "spoken_to_pra": False}, **owned)
    jobs = [date(2010, 3, 1), date(2022, 9, 1)]
    put(
        connection,
        v3.employments,
        *({"id": f"{n:032x}", "started_on": day} for n, day in enumerate(jobs)),
        **owned,
    )
    put(connection, v3.schemes, {"id": "a" * 32, "name": "Northgrid graduates"})
    place = migrated(connection, "scheme_memberships", "scheme_memberships", "1", "1")
    waits = {"id": place, "scheme_id": "a" * 32, "status": "awaiting-coordinator"}
    put(connection, v3.scheme_memberships, waits, **owned)
    issue(connection, tmp_path)
    (line,) = lines(tmp_path)
    assert "blank in 1 entry" in line["education"]
    assert "Grade is now called Classification" in line["education"]
    assert "You changed jobs" in line["registration"]
    assert "Northgrid graduates" in line["schemes"]


@pytest.mark.parametrize("member", ["1/../../out", "..", "1\n", "a" * 65])
def test_a_page_lies_in_its_folder_whatever_the_members_key(
    connection: Connection, tmp_path: Path, member: str
) -> None:
    put_member(connection, member)
    put_training(connection, "1", member, "3", None)
    issue(connection, tmp_path)
    (line,) = lines(tmp_path)
    (page,) = (tmp_path / "notices").iterdir()
    assert line["page"] == f"notices/{page.name}"
    assert len(page.stem) == 32
    assert page.stem.isalnum()


def test_hostile_text_is_harmless_in_page_and_mail_merge(connection: Connection, tmp_path: Path) -> None:
    put_member(
        connection, "../1", forename="=cmd()", surname="<script>alert(1)</script>", email="-x@example.org"
    )
    put_training(connection, "1", "../1", "<img src=x>\u202e", None)
    issue(connection, tmp_path)
    (page,) = (tmp_path / "notices").iterdir()
    content = page.read_text(encoding="utf-8")
    assert "<script>" not in content
    assert "&lt;img src=x&gt;‹U+202E›" in content
    (line,) = lines(tmp_path)
    assert (line["forename"], line["email"]) == ("'=cmd()", "'-x@example.org")
    assert not [cell for cell in line.values() if cell[:1] in tuple("=+-@")]
