"""What members were told (the public FAQ, statement by statement), kept in every direction.

Each test is named after its statement and looks at hand-made cases and at a generated v2 with the mess of ten
years. Statements about words, not data (S8, S14, S15), are tested with the notices.
"""

from collections import Counter
from decimal import Decimal

import pytest
from sqlalchemy.exc import IntegrityError

from migrate.rulebook.mapping import load_mapping
from migrate.rulebook.qualifications import load_qualification_types
from migrate.schema import v3
from tests.end_to_end.outcomes import Outcomes
from tests.end_to_end.places import Place, V2Rows
from tests.fixtures.cases import load_case

COPIED = [  # v2 table, v2 column, v3 column of every text that is carried to the letter
    (table, name, column.to)
    for table, rule in load_mapping().tables.items()
    for name, column in rule.columns.items()
    if column.read == "copy" and column.to
]


def test_s1_a_level_is_the_members_own(outcomes: Outcomes) -> None:
    """Assessment is a self-assessment: no level is computed, averaged or defaulted; NULL stays NULL."""
    for migrated in outcomes.both("assessments"):
        pairs = list(migrated.pairs("assessment_responses"))
        assert {row["level"] for row, _ in pairs} >= {None}
        assert [rating["level"] for _, rating in pairs] == [row["level"] for row, _ in pairs]


def test_s2_live_evidence_arrives_with_its_code_and_nothing_is_made_of_it(outcomes: Outcomes) -> None:
    """Each live response arrives with code, level and evidence; no objective, action or activity is made."""
    for migrated in outcomes.both("assessments"):
        for row, rating in migrated.pairs("assessment_responses"):
            assert (rating["competence_code"], rating["evidence"]) == (
                row["competence_code"],
                row["evidence"],
            )
        filled = {name for name, rows in migrated.v3.items() if rows}
        assert filled <= {*v3.metadata.tables, "migration_rows", "migration_anomalies"}
    frameworks = {row["framework"] for row in outcomes.of("assessments").v2["competence_assessments"]}
    assert {"ICTTech", "UK-SPEC CEng"} <= frameworks


def test_s3_no_application_comes_of_an_assessment(outcomes: Outcomes) -> None:
    """Applying is separate: applications are v2's intents, one each, whatever becomes of assessments."""
    assert outcomes.of("assessments").v3["registration_applications"] == []
    for migrated in outcomes.both("intents"):
        applications = {row["id"] for row in migrated.v3["registration_applications"]}
        assert applications == {row["id"] for _, row in migrated.pairs("intents_to_register")}


def test_s4_responsibilities_and_achievements_stay_two_fields(outcomes: Outcomes) -> None:
    """The two texts that an application rests on are neither joined, swapped nor cut."""
    for migrated in outcomes.both("employment"):
        for row, job in migrated.pairs("employment"):
            assert job["responsibilities"] == row["responsibilities"]
            assert job["personal_achievements"] == row["personal_achievements"]
    longest = max(len(row["responsibilities"] or "") for row in outcomes.of("employment").v3["employments"])
    assert longest >= 60_000


def test_s5_each_job_role_is_an_employment_of_its_own(outcomes: Outcomes) -> None:
    """The same employer twice is two rows."""
    migrated = outcomes.of("employment")
    employers = Counter(row["employer"] for row in migrated.v2["employment"])
    assert max(employers.values()) > 1
    assert Counter(row["employer"] for row in migrated.v3["employments"]) == employers
    sample = outcomes.sample
    assert len(sample.v3["employments"]) == len(sample.rows("employment", "migrated"))


def test_s6_the_shape_of_a_text_survives(outcomes: Outcomes) -> None:
    """Line breaks, bullets and indentation are the member's."""
    texts = [job["responsibilities"] or "" for _, job in outcomes.of("employment").pairs("employment")]
    assert any("\r\n" in text for text in texts)
    assert any("•" in text or "\n- " in text for text in texts)


@pytest.mark.parametrize("case", ["hostile-texts", "blank-texts", "unstorable-text"])
def test_s7_no_word_is_repaired(case: str, outcomes: Outcomes) -> None:
    """Every text arrives to the letter; one that v3 cannot store is reported."""
    names = [case] if outcomes.direction.split("-")[0] in load_case(case).outcome.held_by else []
    for migrated in (*(outcomes.of(name) for name in names), outcomes.sample):
        for table, v2_column, v3_column in COPIED:
            for row, arrived in migrated.pairs(table) if migrated.v2[table] else ():
                if arrived[v3_column] != row[v2_column]:
                    key = migrated.key_of(table, row)
                    codes = {each["code"] for each in migrated.found(table, key, v2_column)}
                    assert "text-cleaned" in codes


def test_s9_other_experience_becomes_achievements_alone(outcomes: Outcomes) -> None:
    """Neither employment nor anything else is made of it."""
    for migrated in outcomes.both("other-experience"):
        arrived = {row["id"] for _, row in migrated.pairs("other_experience")}
        assert {row["id"] for row in migrated.v3["achievements"]} == arrived
        jobs = {row["id"] for _, row in migrated.pairs("employment")}
        assert {row["id"] for row in migrated.v3["employments"]} == jobs


def test_s10_achievements_do_not_enter_applications(outcomes: Outcomes) -> None:
    """For registration a member records volunteering under employment: nothing does it for them."""
    assert outcomes.of("other-experience").v3["registration_applications"] == []
    assert outcomes.of("other-experience").v3["employments"] == []


def test_s11_no_hours_are_invented_for_achievements(outcomes: Outcomes) -> None:
    """ "Scout Leader, about 20 hours a year" is a title, not 20 hours."""
    migrated = outcomes.of("other-experience")
    assert any("20 hours" in (row["title"] or "") for row in migrated.v3["achievements"])
    assert migrated.v3["trainings"] == []


def test_s12_the_pra_answer_never_blocks_and_is_never_asserted_in_silence(outcomes: Outcomes) -> None:
    """Unknown becomes false and is reported; true stays true; nothing is NULL."""
    for migrated in outcomes.both("intents"):
        for row, application in migrated.pairs("intents_to_register"):
            said = (row["pra_consulted"] or "").strip().lower()
            assert application["spoken_to_pra"] == str(said in {"1", "t", "true", "y", "yes", "on"}).lower()
            if said not in {"1", "t", "true", "y", "yes", "on", "0", "f", "false", "n", "no", "off"}:
                key = row["intent_id"]
                assert migrated.found("intents_to_register", key, "pra_consulted")


def test_s13_nothing_is_uploaded(outcomes: Outcomes) -> None:
    """An accountability diagram is the member's to upload: an application is a draft and no more."""
    for migrated in outcomes.both("intents"):
        assert {row["status"] for row in migrated.v3["registration_applications"]} == {"draft"}


def test_s16_a_blank_duration_is_reported_with_its_text(outcomes: Outcomes) -> None:
    """Members read a blank as a loss: every text without hours is in the ledger, to the letter."""
    for migrated in outcomes.both("training"):
        blank = [row for row, training in migrated.pairs("training") if training["duration_hours"] is None]
        said = [row for row in blank if (row["duration"] or "").strip()]
        assert said
        for row in said:
            raws = {each["raw_value"] for each in migrated.found("training", row["training_id"], "duration")}
            assert raws == {row["duration"]}


def test_s17_a_duration_becomes_hours_or_one_stated_reason(outcomes: Outcomes) -> None:
    """Every non-empty duration yields hours or exactly one reason; 90 mins are 1.50 hours."""
    for migrated in outcomes.both("training"):
        for row, training in migrated.pairs("training"):
            found = migrated.found("training", row["training_id"], "duration")
            if not (row["duration"] or "").strip():
                assert (training["duration_hours"], found) == (None, [])
            elif training["duration_hours"] is None:
                assert len(found) == 1
    read = {row["duration"]: training for row, training in outcomes.of("training").pairs("training")}
    assert read["90 mins"]["duration_hours"] == "1.50"


def test_s18_an_anomaly_says_where_what_and_why_and_equal_texts_are_read_alike(outcomes: Outcomes) -> None:
    """Each has row, column, text, code and reading; the same text gives the same result."""
    for migrated in outcomes.both("training"):
        texts = {row["training_id"]: row["duration"] for row in migrated.v2["training"]}
        hours = {row["training_id"]: arrived["duration_hours"] for row, arrived in migrated.pairs("training")}
        read: dict[str, set[str | None]] = {}
        for key, value in hours.items():
            read.setdefault(texts[key] or "", set()).add(value)
        assert [text for text, values in read.items() if len(values) > 1] == []
        for each in migrated.anomalies:
            if each["v2_column"] == "duration":
                assert (each["raw_value"], each["loaded_value"]) == (
                    texts[each["v2_id"]],
                    hours[each["v2_id"]],
                )
                assert each["message"]


def test_s19_hours_are_the_members_to_overwrite(place: Place) -> None:
    """An edited duration survives any re-run; CPD hours are blank until the member adds them, then theirs."""
    rows: V2Rows = {
        "members": [{"member_id": "1"}],
        "training": [_training("1", "2 days"), _training("2", "3 hours")],
    }
    place.put_v2(rows)
    place.run()
    assert {row["cpd_hours"] for row in place.dump()["trainings"]} == {None}
    place.edit(
        "trainings", place.v3_id("training", "1"), duration_hours=Decimal("12.5"), cpd_hours=Decimal("6")
    )
    place.put_v2({**rows, "training": [_training("1", "3 days"), _training("2", "4 hours")]})
    place.run()
    assert place.value("training", "1", "duration_hours") == "12.50"
    assert place.value("training", "1", "cpd_hours") == "6.00"
    assert place.value("training", "2", "duration_hours") == "4.00"
    assert place.value("training", "2", "cpd_hours") is None


def test_s20_nothing_of_supporters_is_kept(outcomes: Outcomes) -> None:
    """They are counted, and nothing that says who they were is in v3 or its ledger."""
    for migrated in outcomes.both("intents"):
        supporters = migrated.v2["supporters"]
        assert len(migrated.rows("supporters", "dropped")) == len(supporters)
        kept = migrated.texts()
        own = {row["email"] for row in migrated.v2["members"]}
        own |= {row["verifier_email"] for row in migrated.v2["verifications"]}
        addresses = {row["email"] for row in supporters if "@" in (row["email"] or "")} - own
        assert addresses
        assert [address for address in addresses if address and address in kept] == []


def test_s21_archived_assessments_are_left_behind_with_what_hangs_on_them(outcomes: Outcomes) -> None:
    """None of them is in v3, nor what they say anywhere; every live one is there."""
    for migrated in outcomes.both("archived-assessments"):
        for table in ("competence_assessments", "assessment_responses", "verifications"):
            dropped = migrated.rows(table, "dropped")
            assert dropped
            arrived = {row["id"] for _, row in migrated.pairs(table)}
            v3_table = load_mapping().tables[table].to or ""
            assert {row["id"] for row in migrated.v3[v3_table]} == arrived
        kept = migrated.texts()
        addresses = {row["verifier_email"] for row in migrated.rows("verifications", "dropped")}
        addresses -= {row["verifier_email"] for row in migrated.rows("verifications", "migrated")}
        addresses -= {row["email"] for row in migrated.v2["members"]}
        assert [address for address in addresses if "@" in (address or "") and str(address) in kept] == []


def test_s21_an_assessment_taken_out_of_the_archive_is_migrated_by_the_next_run(place: Place) -> None:
    """With its responses and verifications."""
    case = load_case("archived-assessments")
    place.put_case(case)
    place.run()
    taken_out = [
        row | {"is_archived": "0", "archived_at": None} if row["assessment_id"] == "2" else row
        for row in case.v2["competence_assessments"]
    ]
    place.put_v2(case.v2 | {"competence_assessments": taken_out})
    place.run()
    assert place.value("competence_assessments", "2", "title") == "Wexcombe draft"
    assert place.value("assessment_responses", "2", "evidence") == "Wexcombe evidence"
    assert place.value("verifications", "2", "verifier_name") == "Tariq Wexcombe"


def test_s22_qualification_is_blank(outcomes: Outcomes) -> None:
    """Even where the course says BEng (Hons)."""
    assert any("BEng" in (row["course"] or "") for row in outcomes.of("education").v2["education"])
    for migrated in outcomes.both("education"):
        assert {row["qualification"] for row in migrated.v3["educations"]} == {None}


def test_s23_a_qualification_is_one_of_the_list(place: Place) -> None:
    """v3 has the drop-down list, takes what stands there and refuses what does not."""
    place.put_v2({"members": [{"member_id": "1"}], "education": [{"education_id": "1", "member_id": "1"}]})
    place.run()
    codes = [row["code"] for row in place.dump()["qualification_types"]]
    assert sorted(map(str, codes)) == sorted(entry.code for entry in load_qualification_types())
    place.edit("educations", place.v3_id("education", "1"), qualification=codes[0])
    if place.target.dialect.name != "sqlite":  # which checks foreign keys only for those who ask it to
        with pytest.raises(IntegrityError):
            place.edit("educations", place.v3_id("education", "1"), qualification="no such code")
    place.run()
    assert place.value("education", "1", "qualification") == codes[0]


def test_s24_a_blank_qualification_is_no_anomaly_and_the_course_stays_as_typed(outcomes: Outcomes) -> None:
    """A member may leave it blank for ever and say it in the course."""
    for migrated in outcomes.both("education"):
        for row, education in migrated.pairs("education"):
            assert education["course_description"] == row["course"]
            assert migrated.found("education", row["education_id"], "qualification") == []


def test_s25_a_classification_is_free_text(outcomes: Outcomes) -> None:
    """2:1, 2.1, Merit, =1st and 72% are all accepted as typed."""
    grades = {row["grade"] for row in outcomes.sample.v2["education"]}
    grades |= {row["grade"] for row in outcomes.of("education").v2["education"]}
    assert {"2:1", "2.1", "Merit", "=1st", "72%"} <= grades
    for migrated in outcomes.both("education"):
        assert [each for each in migrated.anomalies if each["v2_column"] == "grade"] == []


def test_s26_every_grade_arrives_to_the_letter(outcomes: Outcomes) -> None:
    """With its spaces, case and accents; as many as there were."""
    for migrated in outcomes.both("education"):
        for row, education in migrated.pairs("education"):
            assert education["classification"] == row["grade"]


def test_s27_volunteering_is_not_told_apart_by_its_words(outcomes: Outcomes) -> None:
    """Volunteering, papers, patents and committees have one fate."""
    for migrated in outcomes.both("other-experience"):
        fates = {migrated.fates["other_experience", str(row["experience_id"])]["fate"]
                 for row in migrated.v2["other_experience"]}  # fmt: skip
        assert fates <= {"migrated", "rejected"}
        for row in migrated.rows("other_experience", "rejected"):
            reason = migrated.fates["other_experience", str(row["experience_id"])]["reason"]
            assert reason in {"orphan", "parent-rejected"}


def test_s28_achievements_hold_heading_and_description_to_the_letter(outcomes: Outcomes) -> None:
    """Every row of it."""
    for migrated in outcomes.both("other-experience"):
        for row, achievement in migrated.pairs("other_experience"):
            assert (achievement["title"], achievement["description"]) == (row["heading"], row["description"])


def test_s29_nothing_is_counted_twice(outcomes: Outcomes) -> None:
    """Volunteering may become a CPD activity, by the member's hand: each v2 row is one v3 row."""
    for migrated in outcomes.both("other-experience"):
        ids = [row["v3_id"] for row in migrated.fates.values() if row["fate"] == "migrated"]
        assert len(ids) == len(set(ids))
        arrived = sum(len(migrated.v3[table.name]) for table in v3.LOAD_ORDER)
        assert arrived == len(ids)


def test_s30_scheme_memberships_are_kept_and_wait(outcomes: Outcomes) -> None:
    """Whatever v2 called their status, none is lost."""
    for migrated in outcomes.both("schemes"):
        waiting = [row["status"] for row in migrated.v3["scheme_memberships"]]
        assert set(waiting) == {"awaiting-coordinator"}
        assert len(waiting) == len(migrated.rows("scheme_memberships", "migrated"))


def test_s31_each_scheme_arrives_and_an_unusable_address_is_reported(outcomes: Outcomes) -> None:
    """Somebody has to contact the coordinators."""
    for migrated in outcomes.both("schemes"):
        assert len(migrated.v3["schemes"]) == len(migrated.v2["schemes"])
        for row, scheme in migrated.pairs("schemes"):
            assert scheme["coordinator_email"] == row["coordinator_email"]
            if "@" not in (row["coordinator_email"] or ""):
                codes = {
                    each["code"] for each in migrated.found("schemes", row["scheme_id"], "coordinator_email")
                }
                assert codes == {"coordinator-address"}


def test_s32_a_membership_that_v3_has_set_up_stays_set_up(place: Place) -> None:
    """The status is v3's from then on."""
    place.put_case(load_case("schemes"))
    place.run()
    place.edit("scheme_memberships", place.v3_id("scheme_memberships", "1"), status="active")
    place.run()
    assert place.value("scheme_memberships", "1", "status") == "active"
    assert place.value("scheme_memberships", "2", "status") == "awaiting-coordinator"


def _training(key: str, duration: str) -> dict[str, str | None]:
    return {"training_id": key, "member_id": "1", "duration": duration}
