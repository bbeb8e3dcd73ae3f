"""What holds for every text."""

import os
import re
import subprocess
import sys
import time
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from migrate.rulebook.durations import load_duration_policy
from migrate.transform.durations import Duration, read_duration
from migrate.transform.durations.normalise import normalise

POLICY = load_duration_policy()
read_duration("2 days", POLICY)  # the vocabulary is loaded once, and in no test's time
SAID = """
2 3 1.5 1/2 ½ 10 30 1,5 1:30 9 17 0 hours hrs h days day weeks months min m x of per a an the and or + - , /
( ) about up to few half full time part 9am 5pm May 2010 Monday Friday evenings sessions each every over for
in deux jours Stunden 小时 ساعة TBC credits course London not lunch less total = : ? % 50% break refresher
cancelled booked valid max month day. each × 〇
"""
WORDS = st.sampled_from(re.findall(r"\S+", SAID))
TEXTS = st.one_of(st.text(), st.lists(WORDS, max_size=12).map(" ".join))


def _answer(duration: Duration) -> tuple[Decimal | None, str, tuple[str, ...], tuple[Decimal, ...]]:
    return duration.hours, duration.code, duration.assumptions, duration.candidates


@given(TEXTS)
def test_any_text_is_answered_within_bounds(text: str) -> None:
    """No text raises, and none is given negative hours or more than the policy allows."""
    duration = read_duration(text, POLICY)
    assert duration.hours is None or 0 <= duration.hours <= POLICY.max_hours
    assert duration.code in {"stated", "blank", *POLICY.severities}
    assert duration.severity == POLICY.severities.get(duration.code)


BLANK_CODES = {
    "blank", "not-stated", "not-understood", "ambiguous", "elapsed-time", "vague", "unknown-length",
    "credits", "date-not-duration", "no-unit", "part-time", "invalid", "implausible",
}  # fmt: skip


@given(TEXTS)
def test_hours_never_come_with_a_reason_for_having_none(text: str) -> None:
    duration = read_duration(text, POLICY)
    assert (duration.hours is None) != BLANK_CODES.isdisjoint({duration.code, *duration.assumptions})


@given(TEXTS)
def test_the_same_text_reads_the_same(text: str) -> None:
    assert read_duration(text, POLICY) == read_duration(text, POLICY)


@given(TEXTS, st.sampled_from([" ", "\t", "\u00a0", "\n", "  "]))
def test_white_space_around_and_doubled_changes_nothing(text: str, space: str) -> None:
    spread = space + text.replace(" ", " " + space) + space
    assert _answer(read_duration(spread, POLICY)) == _answer(read_duration(text, POLICY))


@pytest.mark.parametrize("mark", ["\u200e", "\u200f", "\u202b", "\u202e", "\u2067", "\ufeff", "\u200b"])
@pytest.mark.parametrize("text", ["2 hours", "3 days", "9am-5pm", "call me"])
def test_marks_that_nobody_sees_change_nothing(text: str, mark: str) -> None:
    """Of direction, of byte order, of no width: pasted along with text from elsewhere."""
    assert _answer(read_duration(mark + text + mark, POLICY)) == _answer(read_duration(text, POLICY))


@pytest.mark.parametrize(
    "text", ["NaN", "nan hours", "inf", "infinity hours", "-inf", "1e9 hours", "1e400 days"]
)
def test_what_only_a_machine_takes_for_a_number_gives_no_hours(text: str) -> None:
    assert read_duration(text, POLICY).hours is None


@given(TEXTS)
def test_case_changes_nothing(text: str) -> None:
    cases = (text, text.upper(), text.upper().lower())
    assume(not any(normalise(case, POLICY.max_text_length).repaired for case in cases))  # damage has its case
    assert len({_answer(read_duration(case, POLICY)) for case in cases}) == 1


@given(st.integers(min_value=1, max_value=2000))
def test_n_hours_reads_as_n_for_every_whole_n(hours: int) -> None:
    duration = read_duration(f"{hours} hours", POLICY)
    assert (duration.hours, duration.code) == (Decimal(hours), "stated")


@given(
    st.decimals("0.01", "99", places=2),
    st.decimals("0.01", "99", places=2),
    st.sampled_from([" + ", " and ", " plus "]),
)
def test_a_sum_is_its_parts_sum_before_rounding(days: Decimal, minutes: Decimal, sign: str) -> None:
    duration = read_duration(f"{days} days{sign}{minutes} minutes", POLICY)
    assert duration.hours is not None
    assert abs(duration.hours - (days * 7 + minutes / 60)) <= Decimal("0.005")


SEEDED = """
from migrate.rulebook.durations import load_duration_policy
from migrate.transform.durations import read_duration
policy = load_duration_policy()
print([read_duration(text, policy) for text in ("2 mons", "2 mons - Tuesday morning", "3 works 4 days")])
"""


def test_a_text_reads_the_same_in_every_process() -> None:
    """The order of a set is another in each process; no answer may hang on it."""
    found = {
        subprocess.run(  # noqa: S603 - our own words
            [sys.executable, "-c", SEEDED],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "7")
    }
    assert len(found) == 1


LONG = {
    "one letter": "a" * 100_000,
    "figures": "1" * 100_000,
    "amounts": "1 hour " * 14_000,
    "brackets": "(" * 100_000,
    "commas": "1," * 50_000,
    "accents": "é " * 50_000,
    "entities": "&amp;" * 20_000,
    "mojibake": "Â½" * 50_000,
    "signs": "1:2/3-4+" * 12_500,
    "space": " " * 100_000 + "2 days",
}


@pytest.mark.parametrize("text", LONG.values(), ids=LONG)
def test_a_hundred_kilobytes_take_less_than_fifty_milliseconds(text: str) -> None:
    read_duration("2 days", POLICY)  # the vocabulary is loaded once
    assert _least_seconds(text) < 0.05


@pytest.mark.parametrize("length", [500, 1000, 2000, 3900])
def test_the_longest_text_that_is_read_takes_no_longer(length: int) -> None:
    for piece in ("1 hour ", "2-3 days, ", "1/2 ", "9am-5pm ", "x ", "(1) ", "3 May "):
        text = (piece * length)[:length]
        assert _least_seconds(text) < 0.25, piece


def _least_seconds(text: str) -> float:
    """Return what the best of three readings took: the machine may be busy with something else."""
    took = []
    for _ in range(3):
        start = time.perf_counter()
        read_duration(text, POLICY)
        took.append(time.perf_counter() - start)
    return min(took)
