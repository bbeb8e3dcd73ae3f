"""What is told of a value, by what v2, the ledger and v3 have of it: without a database."""

from dataclasses import replace
from typing import Any

import pytest

from migrate.decisions.decision import Decision
from migrate.explain.document import row_document
from migrate.explain.evidence import Evidence, Remark
from migrate.explain.row import explain_row
from migrate.explain.tell import value_sentences
from migrate.load.base import encode_value
from tests.explain.one_training import (
    ABOUT_ROW,
    ABOUT_VALUE,
    BY_NOW,
    DROPPED,
    IN_V3,
    LOADED,
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

STATES: list[tuple[dict[str, Any], str, str]] = [  # what is otherwise, the state, the last words on the value
    ({}, "as-loaded", "The old system says “Relays”. It is carried over to the letter. The new system still"),
    ({"next": None}, "as-loaded", "The new system still has that."),
    (
        {"next": BY_NOW},
        "next-run",
        "to the letter. The old system, the rules or a decision say “Breakers” by",
    ),
    ({"now": IN_V3 | BY_NOW}, "edited", "In the new system it has since been made “Breakers”. That stays."),
    ({"now": IN_V3 | {"title": None}}, "edited", "In the new system it has since been emptied. That stays."),
    ({"now": IN_V3 | BY_NOW, "next": BY_NOW}, "edited", "since been made “Breakers”. That stays."),
    ({"now": IN_V3 | BY_NOW, "next": {"title": "Fuses"}}, "conflict", "or a decision say “Fuses” by now."),
    ({"now": IN_V3 | {"title": None}, "next": BY_NOW}, "conflict", "emptied, and the old system"),
    ({"next": BY_NOW, "remarks": (ABOUT_ROW,)}, "refused", "not taken that so far, and still has “Relays”"),
    (
        {"next": BY_NOW, "remarks": (ABOUT_ROW._replace(v2_column="title"),)},
        "next-run",
        "The next run brings that over",
    ),
    ({"next": BY_NOW, "number_is_taken": True}, "next-run", "The next run brings that over"),
    ({"remarks": (ABOUT_ROW,)}, "as-loaded", "The new system still has that."),
    ({"loaded": None}, "unknown", "What was loaded is not on record. The new system says “Relays”."),
    ({"now": None}, "deleted", "It is carried over to the letter."),
    (
        {"fate": MIGRATED._replace(is_adopted=True)},
        "kept-account",
        "It was kept as it is, and says “Relays”.",
    ),
    ({"fate": None}, "not-carried", "It is not carried over."),
    ({"fate": None, "coming": REJECTED}, "not-carried", "It is not carried over."),
    ({"fate": None, "coming": WAITING}, "not-loaded", "As things are now, a run would load “Relays”."),
    ({"fate": REJECTED, "coming": WAITING}, "not-loaded", "As things are now, a run would load “Relays”."),
    ({"fate": DROPPED, "coming": WAITING}, "not-loaded", "As things are now, a run would load “Relays”."),
    ({"fate": REJECTED}, "not-carried", "It is not carried over."),
    (
        {"fate": None, "coming": WAITING._replace(is_adopted=True)},
        "would-keep-account",
        "As things are now, a run would keep what it says.",
    ),
]


@pytest.mark.parametrize(("parts", "state", "words"), STATES)
def test_what_became_of_a_value_is_told(parts: dict[str, Any], state: str, words: str) -> None:
    told = value(explained(parts))
    assert told.state == state
    assert words in " ".join(value_sentences(told, WORDS, RULES.catalogue))


def test_a_number_that_somebody_else_keeps_is_not_promised() -> None:
    member = Evidence(
        "members", "7", {"membership_number": "2"}, MIGRATED._replace(v3_table="members"),
        loaded={"membership_number": "=1"}, now={"membership_number": "1"}, next={"membership_number": "2"},
    )  # fmt: skip
    states = {
        taken: value(explain_row(replace(member, number_is_taken=taken), RULES.mapping), "membership_number")
        for taken in (True, False)
    }
    assert {taken: told.state for taken, told in states.items()} == {True: "withheld", False: "next-run"}
    assert states[True].loaded == "1"
    assert "“1” was loaded." in value_sentences(states[True], WORDS, RULES.catalogue)


DOTTED = {"title": "Relays..."}
BLANK = {"loaded": LOADED | {"title": "-"}, "next": {"title": None}}
SAYS, LETTER = "The old system says “Relays”.", WORDS.reads["copy"]
TOLD: list[tuple[dict[str, Any], list[str]]] = [  # what is otherwise, all that is said of the value
    ({"now": {"title": None}, **BLANK}, [SAYS, LETTER, WORDS.states["as-loaded-blank"]]),
    ({"fate": None}, [SAYS, "It is not carried over."]),
    ({"v2": None, "next": None}, ["“Relays” was loaded.", "The new system still has that."]),
    (
        {**BLANK, "v2": {"title": None}},
        ["The old system says nothing.", "In the new system it has since been made “Relays”. That stays."],
    ),
    ({**BLANK, "v2": {"title": None}, "now": {"title": None}}, ["It was empty, and is empty."]),
    (
        {**BLANK, "v2": {"title": " "}, "now": {"title": None}, "readings": {"title": ("no-unit",)}},
        ["It was empty, and is empty."],
    ),
    (
        {**BLANK, "v2": {"title": " "}, "now": {"title": None},
         "remarks": (ABOUT_VALUE._replace(raw_value=" ", message="\x1bCleaned."),)},
        ["The old system says a blank text.", LETTER, "A character that cannot be stored was removed.",
         "‹U+001B›Cleaned.", WORDS.states["as-loaded-blank"]],
    ),
    (  # a control is no blank, whatever Python takes for white space
        {"v2": {"title": "\x1f"}, "now": {"title": "\x1f"}, "next": {"title": "\x1f"},
         "loaded": {"title": encode_value("\x1f")}},
        ["The old system says “‹U+001F›”.", LETTER, WORDS.states["as-loaded"]],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "said"), TOLD)
def test_a_value_is_told_from_what_v2_says_to_what_v3_has(parts: dict[str, Any], said: list[str]) -> None:
    assert value_sentences(value(explained(parts)), WORDS, RULES.catalogue) == said


WAS_LOADED: list[tuple[dict[str, Any], list[str]]] = [  # what is otherwise, what is told to have been loaded
    ({}, []),
    ({"v2": DOTTED}, ["“Relays” was loaded."]),
    ({"v2": DOTTED, "now": IN_V3 | BY_NOW}, ["“Relays” was loaded."]),
    ({"v2": DOTTED, "now": IN_V3 | BY_NOW, "next": {"title": "Fuses"}}, ["“Relays” was loaded."]),
    ({"v2": DOTTED, "now": IN_V3 | {"title": None}}, ["“Relays” was loaded."]),
    ({"v2": DOTTED, "next": BY_NOW}, ["“Relays” was loaded."]),
    ({"v2": DOTTED, "next": BY_NOW, "remarks": (ABOUT_ROW,)}, ["“Relays” was loaded."]),
    ({"v2": DOTTED, "now": IN_V3, **BLANK}, ["Nothing was loaded."]),
    ({"v2": DOTTED, "now": {"title": None}, **BLANK}, []),
    ({"v2": DOTTED, "fate": MIGRATED._replace(is_adopted=True)}, []),
    ({"v2": DOTTED, "loaded": None}, []),
]


@pytest.mark.parametrize(("parts", "said"), WAS_LOADED)
def test_what_was_loaded_is_told_where_v2_says_something_else(parts: dict[str, Any], said: list[str]) -> None:
    told = value_sentences(value(explained(parts)), WORDS, RULES.catalogue)
    assert [sentence for sentence in told if sentence.endswith("was loaded.")] == said


NEW_FIELDS: list[tuple[dict[str, Any], str | None, str]] = [  # what is otherwise, what v3 has, what is said
    ({}, None, "This field is new and blank. It is the member's to fill in."),
    (
        {"now": IN_V3 | {"cpd_hours": "2.00"}},
        "2.00",
        "This field is new, and the member has filled it in with “2.00”.",
    ),
]


@pytest.mark.parametrize(("parts", "now", "words"), NEW_FIELDS)
def test_a_new_field_is_told_to_be_the_members(parts: dict[str, Any], now: str | None, words: str) -> None:
    row = explained(parts)
    told = value(row, "cpd_hours")
    assert (told.state, told.now, told.is_plain, row.is_plain) == ("new-field", now, now is None, now is None)
    assert value_sentences(told, WORDS, RULES.catalogue) == [words]


def test_of_a_row_that_is_not_in_v3_neither_a_new_field_nor_the_deletion_is_told_of_its_values() -> None:
    row = explained({"now": None})
    assert value_sentences(value(row), WORDS, RULES.catalogue)[-1] == WORDS.reads["copy"]
    names = {each.v3_column for each in row.values}
    assert "title" in names
    assert "cpd_hours" not in names


GIVEN: list[
    tuple[str, set[str | None]]
] = [  # a v2 table, the fields of its v3 table of which v2 says nothing
    ("training", {"cpd_hours"}),
    ("education", {"qualification"}),
    ("intents_to_register", {"status"}),
    ("members", set()),
    ("supporters", set()),
]


@pytest.mark.parametrize(("table", "given"), GIVEN)
def test_fields_of_which_v2_says_nothing_are_told_beside_the_others(
    table: str, given: set[str | None]
) -> None:
    fate = MIGRATED._replace(v3_table=RULES.mapping.tables[table].to)
    loaded = Evidence(table, "1", {}, fate, loaded={"status": "=draft"}, now={"status": "draft"})
    told = [each for each in explain_row(loaded, RULES.mapping).values if each.v2_column is None]
    assert {each.v3_column for each in told} == given
    assert all((each.loaded, each.state) == ("draft", "as-loaded") for each in told if each.now)


NEVER_TOLD: list[tuple[dict[str, Any], bool]] = [  # what is otherwise, whether its values are told
    ({"fate": DROPPED}, False),
    ({"fate": DROPPED, "coming": REJECTED}, False),
    ({"fate": REJECTED, "coming": DROPPED}, False),
    ({"fate": DROPPED, "coming": WAITING}, True),
    ({"fate": REJECTED, "coming": REFUSED}, True),
    ({"fate": REJECTED}, True),
    ({"fate": None, "next": None, "coming": DROPPED}, False),
    ({"fate": None, "coming": WAITING}, True),
    ({"next": None, "coming": DROPPED}, True),
]


@pytest.mark.parametrize(("parts", "told"), NEVER_TOLD)
def test_values_of_what_is_left_behind_are_not_told(parts: dict[str, Any], *, told: bool) -> None:
    assert bool(explained(parts).values) is told


EARLIER: list[
    tuple[dict[str, Any], str | None]
] = [  # what is otherwise, what v2 said when it was remarked on
    ({}, None),
    ({"remarks": (ABOUT_VALUE._replace(raw_value="Relays"),)}, None),
    ({"remarks": (ABOUT_VALUE._replace(raw_value="Fuses"),)}, "Fuses"),
    ({"remarks": (ABOUT_VALUE, ABOUT_VALUE._replace(raw_value="Fuses")), "v2": {"title": "Relays\0"}}, None),
    ({"remarks": (ABOUT_VALUE._replace(raw_value=None), ABOUT_VALUE._replace(raw_value="Fuses"))}, "Fuses"),
    ({"remarks": (ABOUT_VALUE._replace(v2_column="provider", raw_value="Fuses"),)}, None),
]


@pytest.mark.parametrize(("parts", "earlier"), EARLIER)
def test_what_v2_said_before_is_told_where_that_was_something_else(
    parts: dict[str, Any], earlier: str | None
) -> None:
    told = value(explained(parts))
    assert told.earlier == earlier
    words = " ".join(value_sentences(told, WORDS, RULES.catalogue))
    assert ("When it was last looked at, the old system said “Fuses”." in words) is (earlier is not None)


REMARKS: list[tuple[Remark, list[str]]] = [  # a remark on a value, what is said of it
    (ABOUT_VALUE._replace(code="kept-user-edit", message="Told by the state."), []),
    (ABOUT_VALUE._replace(code="conflict", message="Told by the state."), []),
    (ABOUT_VALUE._replace(code="number-taken", message="Told by the state."), []),
    (
        ABOUT_VALUE._replace(code="no-unit", message="It has no unit"),
        ["A number without a unit.", "It has no unit."],
    ),
    (
        ABOUT_VALUE._replace(code="no-unit", message="Why?", candidates='[3, "21"]'),
        ["A number without a unit.", "Why?", "It might mean 3 or 21."],
    ),
    (
        ABOUT_VALUE._replace(code="no-unit", message="Why?", candidates="3 or so"),
        ["A number without a unit.", "Why?", "It might mean 3 or so."],
    ),
    (
        ABOUT_VALUE._replace(code="no-unit", message="Why?", candidates="21"),
        ["A number without a unit.", "Why?", "It might mean 21."],
    ),
]


@pytest.mark.parametrize(("remark", "said"), REMARKS)
def test_a_remark_on_a_value_is_told_between_the_text_and_the_state(remark: Remark, said: list[str]) -> None:
    told = value(explained({"remarks": (remark._replace(raw_value="Relays"),)}))
    sentences = value_sentences(told, WORDS, RULES.catalogue)
    assert sentences[2:-1] == said


DECISIONS: list[tuple[dict[str, Any], list[str]]] = [  # what is otherwise in a decision, what is said of it
    ({}, ["A reviewer decided on an unknown day to set it to Fuses, for this record alone."]),
    (
        {"scope": "text", "reviewer": "Kit", "decided_at": MOMENT, "note": "Rang them"},
        ["Kit decided on 2 May 2024 to set it to Fuses, for every record with this text.",
         "Their note: Rang them."],
    ),
    (
        {"reviewer": "K\x1bt", "value": "F\x1bs", "note": "R\x1bg."},
        ["K‹U+001B›t decided on an unknown day to set it to F‹U+001B›s, for this record alone.",
         "Their note: R‹U+001B›g."],
    ),
    (
        {"action": "leave-blank", "value": None},
        ["A reviewer decided on an unknown day to leave it blank, for this record alone."],
    ),
]  # fmt: skip


@pytest.mark.parametrize(("parts", "said"), DECISIONS)
def test_a_decision_is_told_with_who_when_and_why(parts: dict[str, Any], said: list[str]) -> None:
    decision = replace(Decision("row", "training", "title", "set", "1", value="Fuses"), **parts)
    told = value(explained({"decisions": {"title": decision}}))
    assert value_sentences(told, WORDS, RULES.catalogue)[2:-1] == said


def test_what_is_remarked_of_a_value_is_not_told_of_the_row() -> None:
    assert explained({"remarks": (ABOUT_VALUE, ABOUT_ROW)}).remarks == (ABOUT_ROW,)


def test_what_was_assumed_in_reading_a_value_is_told_with_it() -> None:
    told = value(explained({"readings": {"title": ("no-unit",)}}))
    assert value_sentences(told, WORDS, RULES.catalogue)[2] == "A number without a unit."


def test_a_long_text_is_told_in_full_while_v3_has_it() -> None:
    parts = {"loaded": LOADED | {"title": encode_value("x" * 100)}, "next": None}
    assert value(explained(parts | {"now": IN_V3 | {"title": "x" * 100}})).loaded == "x" * 100
    assert value(explained(parts)).loaded == "x" * 40 + "…"


def test_a_text_is_told_with_its_first_three_hundred_characters() -> None:
    for length, shown in ((300, "x" * 300 + "”"), (301, "x" * 300 + "…”")):
        told = value(explained({"v2": {"title": "x" * length}}))
        assert value_sentences(told, WORDS, RULES.catalogue)[0] == f"The old system says “{shown}."


def test_nothing_that_is_still_nothing_is_told_to_be_empty() -> None:
    told = value(explained({"v2": {"provider": " "}}), "provider")
    assert value_sentences(told, WORDS, RULES.catalogue) == ["It was empty, and is empty."]


DOCUMENTS: list[tuple[dict[str, Any], dict[str, Any]]] = [  # what is otherwise, what the document says
    ({}, {"in_v2": True, "in_v3": True, "fate": "migrated", "v3_table": "trainings", "next_fate": None}),
    ({"v2": None}, {"in_v2": False, "in_v3": True}),
    ({"now": None}, {"in_v2": True, "in_v3": False}),
    (
        {"fate": None, "coming": REJECTED},
        {"fate": None, "run_id": None, "next_fate": "rejected", "next_reason": "orphan"},
    ),
]


@pytest.mark.parametrize(("parts", "told"), DOCUMENTS)
def test_the_document_says_where_the_row_is(parts: dict[str, Any], told: dict[str, Any]) -> None:
    document = row_document(explained(parts), WORDS, RULES.catalogue)
    assert document | told == document


def test_the_document_tells_a_remark_with_its_meaning_and_a_decision_with_its_parts() -> None:
    decision = Decision("row", "training", "title", "set", "1", value="Fuses", reviewer="Kit")
    odd = ABOUT_VALUE._replace(code="no-unit", candidates='[3, "21"]')
    parts = {
        "remarks": (odd, ABOUT_VALUE),
        "decisions": {"title": decision},
        "readings": {"title": ("no-unit",)},
    }
    document = row_document(explained(parts), WORDS, RULES.catalogue)
    told = next(each for each in document["values"] if each["v2_column"] == "title")
    assert (told["decision"]["value"], told["decision"]["reviewer"]) == ("Fuses", "Kit")
    assert told["assumptions"] == ["no-unit"]
    kinds = [RULES.catalogue.kinds[code] for code in ("no-unit", "text-cleaned")]
    assert told["anomalies"] == [
        {**remark._asdict(), "candidates": candidates, "title": kind.title, "meaning": kind.meaning}
        for remark, candidates, kind in zip((odd, ABOUT_VALUE), ([3, "21"], []), kinds, strict=True)
    ]
