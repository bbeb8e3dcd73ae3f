"""The duration reader beside the public readers that can be installed, over the project's corpus.

Run by `make bench`, or `python -m benchmarks.durations`. The other readers are given this policy's day (7 h)
and week (35 h): where one answers in seconds or with calendar days, its whole days and weeks are counted so.
Right is the policy's hours, also where they are none; wrong is another number; blank is no number where there
should be one.
"""

import csv
import time
from collections.abc import Callable
from datetime import datetime
from decimal import Decimal
from typing import Any, NamedTuple

from migrate.resources import resource
from migrate.rulebook.durations import load_duration_policy
from migrate.transform.durations import read_duration, read_durations

Reader = Callable[[str], float | None]
HOUR, DAY, WEEK = 3600, 86400, 604800
HOURS = {"day": 7, "week": 35, "fortnight": 70, "hour": 1, "minute": 1 / 60, "second": 1 / 3600}
TOLERANCE = Decimal("0.011")


class Score(NamedTuple):
    """How one reader did."""

    name: str
    answered: int
    right: int
    wrong: int
    blank: int
    texts_a_second: float


def corpus() -> list[tuple[str, Decimal | None]]:
    """Return each text of the corpus with the policy's hours."""
    with resource("fixtures/durations/corpus.csv").open(encoding="utf-8", newline="") as file:
        return [
            (row["text"], Decimal(row["hours"]) if row["hours"] else None) for row in csv.DictReader(file)
        ]


def own_reader() -> Reader:
    """Return the reader of this project."""
    policy = load_duration_policy()
    for text, _ in corpus():  # loads the vocabulary and what is imported when first needed
        read_duration(text, policy)

    def read(text: str) -> float | None:
        hours = read_duration(text, policy).hours
        return None if hours is None else float(hours)

    return read


def attended(seconds: float) -> float:
    """Return hours for seconds in which a day counts 24 hours and a week seven days."""
    weeks, rest = divmod(seconds, WEEK)
    days, rest = divmod(rest, DAY)
    return weeks * HOURS["week"] + days * HOURS["day"] + rest / HOUR


def pytimeparse_reader() -> Reader:
    """Return pytimeparse, which answers in seconds."""
    from pytimeparse.timeparse import timeparse as parse

    return lambda text: None if (seconds := parse(text)) is None else attended(float(seconds))


def timelength_reader() -> Reader:
    """Return timelength, which answers in seconds."""
    from timelength import TimeLength

    def read(text: str) -> float | None:
        found = TimeLength(text)
        return attended(float(found.result.seconds)) if found.result.success else None

    return read


def parsedatetime_reader() -> Reader:
    """Return parsedatetime, which answers with a moment from now."""
    import parsedatetime

    calendar = parsedatetime.Calendar()
    start = datetime(2024, 1, 1)  # noqa: DTZ001 - it reckons without zones

    def read(text: str) -> float | None:
        found, status = calendar.parseDT(text, sourceTime=start)
        return attended((found - start).total_seconds()) if status and found > start else None

    return read


def dateparser_reader() -> Reader:
    """Return dateparser, asked for a moment so long ago."""
    import dateparser

    start = datetime(2024, 1, 1)  # noqa: DTZ001
    settings: Any = {"RELATIVE_BASE": start, "PARSERS": ["relative-time"]}

    def read(text: str) -> float | None:
        found = dateparser.parse(text, settings=settings)
        return None if found is None else attended(abs((start - found).total_seconds()))

    return read


def durations_nlp_reader() -> Reader:
    """Return durations-nlp, which answers in seconds."""
    from durations_nlp import Duration

    return lambda text: attended(float(Duration(text).seconds)) or None


def quantulum_reader() -> Reader:
    """Return quantulum3, which finds quantities with units."""
    from quantulum3 import parser

    def read(text: str) -> float | None:
        found = [each for each in parser.parse(text) if each.unit.entity.name == "time"]
        total = [each.value * HOURS[each.unit.name] for each in found if each.unit.name in HOURS]
        return sum(total) if total and len(total) == len(found) else None

    return read


READERS: dict[str, Callable[[], Reader]] = {
    "career-migrate": own_reader,
    "pytimeparse": pytimeparse_reader,
    "timelength": timelength_reader,
    "parsedatetime": parsedatetime_reader,
    "dateparser": dateparser_reader,
    "durations-nlp": durations_nlp_reader,
    "quantulum3": quantulum_reader,
    "always blank": lambda: lambda text: None,
}


def score(name: str, read: Reader, texts: list[tuple[str, Decimal | None]]) -> Score:
    """Let one reader read every text; an exception counts as no answer."""
    answers: list[Decimal | None] = []
    start = time.process_time()  # one core's own time: the machine may be busy with something else
    for text, _ in texts:
        answers.append(_asked(read, text))
    took = time.process_time() - start
    pairs = list(zip(answers, (hours for _, hours in texts), strict=True))
    right = sum(_is_right(answer, hours) for answer, hours in pairs)
    wrong = sum(answer is not None and not _is_right(answer, hours) for answer, hours in pairs)
    answered = sum(answer is not None for answer in answers)
    return Score(name, answered, right, wrong, len(texts) - right - wrong, len(texts) / took)


def _asked(read: Reader, text: str) -> Decimal | None:
    try:
        hours = read(text)
        return None if hours is None else Decimal(str(round(hours, 4)))
    except Exception:  # noqa: BLE001 - what other readers raise is theirs
        return None


def _is_right(answer: Decimal | None, hours: Decimal | None) -> bool:
    if answer is None or hours is None:
        return answer is hours
    return abs(answer - hours) < TOLERANCE


def million_rows() -> float:
    """Return the seconds that a column of a million rows with 3,000 distinct texts takes."""
    import numpy as np
    import pandas as pd

    texts = [f"{hours} hours {minutes} min" for hours in range(1, 61) for minutes in range(50)]
    column = pd.Series(np.random.default_rng(6).choice(texts, 1_000_000), dtype="str")
    policy = load_duration_policy()
    read_duration("1 day", policy)
    start = time.process_time()
    read_durations(column, policy)
    return time.process_time() - start


def main() -> None:
    """Print the table."""
    texts = corpus()
    print(f"{len(texts)} texts\n")
    print("| reader | answered | right | wrong | blank | texts a second |\n|---|---:|---:|---:|---:|---:|")
    for name, made in READERS.items():
        result = score(name, made(), texts)
        print(
            f"| {name} | {result.answered} | {result.right} ({result.right / len(texts):.1%}) "
            f"| {result.wrong} ({result.wrong / len(texts):.1%}) | {result.blank} "
            f"| {result.texts_a_second:,.0f} |"
        )
    print(f"\nA million rows with 3,000 distinct texts: {million_rows():.2f} s")


if __name__ == "__main__":
    main()
