"""What makes an amount none of training, or not all of it: optional, a part, a validity, a journey."""

import re
from dataclasses import replace

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import ONE, make_amount, size_of
from migrate.transform.durations.items import Item, signature
from migrate.transform.durations.vocabulary import vocabulary
from migrate.transform.durations.written_dates import MONTH_NAME

ASIDE = "aside"
_HAVE_DAYS = frozenset({"qualification", MONTH_NAME})
_COUNTED = frozenset({"hour", "day", "week"})
_HAS_LENGTH = re.compile(r"[wLs]*[:\-(]*[nx]*[HDWUQ]|[).;,]*$")
"""After a word: it has an amount, as in optional exam (1 hour), or is the last."""
_HAD_LENGTH = re.compile(r"[HDWUQ][wLs]*[(\-]?$")
"""Before a word: an amount that it may be said of, as in 1 hour (optional)."""


def read_unit_of_name(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Nov day, HND week, minute taking: one of it, or a part of what has that name."""
    unit = next(item for item in items if item.kind == "u")
    is_part = unit.unit == "minute" or (items[0].unit in _HAVE_DAYS and unit.unit in _COUNTED)
    if unit.is_plural or len(unit.text) == 1 or not is_part:
        return None
    found = make_amount([unit], unit, ONE, ONE, [], policy).coded("ambiguous")
    return [found if item is unit else item for item in items]


def read_break_alone(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Lunch 1 hour, 30 min break, and nothing else."""
    return [item.coded("ambiguous") if item.kind == "H" else item for item in items]


def read_uncounted(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Numerous 1 hr CPDs: how many, nobody says; some 20 hours are about twenty."""
    is_about = items[0].text in vocabulary(policy.words).places["loosely"]
    return [items[-1].coded("approximate")] if is_about else [Item("!", items[0].text), *items[1:]]


def read_aside(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Travel 2 hours, alone or last; 1 day + 2 hours travel: the way there; not 2 hours travel planning."""
    word = next(item for item in items if item.kind == "w")
    return [Item("!", word.text)] if word.unit == ASIDE else None


def read_validity(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Valid for 3 years, 3 year validity: how long it holds, and no amount of training."""
    word = next(item for item in items if item.kind == "w")
    return [word] if word.unit == "validity" else None


def read_limits(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Min 2 days, max 3 days: a range, of which the lower is stated; 40 hours max, 30 min may be one."""
    limits = [item.unit for item in items if item.kind == "q"]
    first, last = (item for item in items if item.kind in "HDW")
    if limits == ["at_most"]:
        may_be_least = last.text.split()[-1] in vocabulary(policy.words).places["minimum"]
        return [*items[:-1], last.coded("ambiguous")] if may_be_least else None
    if set(limits) != {"at_least", "at_most"}:
        return None
    low, high = (first, last) if limits[0] == "at_least" else (last, first)
    return [low.coded("range")] if size_of(low, policy) <= size_of(high, policy) else [low.coded("ambiguous")]


def read_other_limit(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days, max 3 days; 1 hour, up to 2 hours: one or the other, no sum; 2 days (approx 2 days) are two."""
    amount, *_, limit = items
    if items[1].kind == "(" and size_of(amount, policy) == size_of(limit, policy):
        return [amount.coded("approximate")]
    return [amount, Item("|"), limit.coded("approximate")]


def read_added_things(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """4 days + 1 exam: so many more of what nobody knows the length of; not 4 days + 10 delegates."""
    places = vocabulary(policy.words).places
    is_added = any(item.kind == "+" for item in items)
    is_doubtful = items[-1].unit == ASIDE or items[-1].text in places["unmeasured"]
    if items[-1].text in places["people"] or not (is_added or is_doubtful):
        return None
    return [items[0], Item("!", items[-1].text)]


def read_added_meal(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 day conference + dinner: no more training, as + lunch."""
    is_meal = items[-1].text in vocabulary(policy.words).places["meal"]
    return [Item("w", items[-1].text)] if is_meal else None


def read_added_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 days + follow-up day, 1 day + annual half day refresher: nobody says how many more, if any."""
    recurring = vocabulary(policy.words).places["recurring"]
    is_doubtful = "alone" in items[-1].codes or any(item.text in recurring for item in items)
    return [Item("!", items[0].text), items[-1]] if is_doubtful else None


def read_journey(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10 minute walk, an hour away: how far, and no training."""
    word = next(item for item in items if item.kind == "w")
    is_aside = items[0].kind == "-" and items[0].after_space  # 2 hours - walk
    is_name = "alone" in items[-1].codes  # 7 hour away day
    is_far = word.text in vocabulary(policy.words).places["journey"] and not (is_aside or is_name)
    return [Item("!", word.text), *items[items.index(word) + 1 :]] if is_far else None


def read_between_sessions(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """6 lectures, 20 hours private study; 2 meetings 24 hours apart: none of them in the sessions."""
    places = vocabulary(policy.words).places
    is_between = items[-1].text in places["unmeasured"] | places["between_sessions"]
    return [*items[:-1], Item("!", items[-1].text)] if is_between else None


def read_lasting(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """30 days access course; access: 30 days: how long it lasts; 2 days Access course is one on Access."""
    days, word = (next(item for item in items if item.kind == kind) for kind in "Dw")
    is_long = days.low > policy.days_per_week and word.text in vocabulary(policy.words).places["lasting"]
    return [days, Item("!", word.text)] if is_long else None


def read_but_an_end(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 days except the last; not 3 days without Level 2 test."""
    is_end = items[-1].text in vocabulary(policy.words).places["end"]
    return [Item("!", items[0].text)] if is_end else None


def read_counted_ones(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """6 x 2 hours (first Tuesday of each month): when they were, and how many there were is said."""
    return items[: signature(items).index("2") + 1]


def read_every_one(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 hour, first Tuesday of each month: how many there were, nobody says."""
    return [Item("!", items[-1].text)]


def read_but_a_part(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """5 days except Wednesday, 6 x 2 hours except week 5."""
    return [Item("!", items[0].text)]


def read_instead(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 days, did 2; 3 days, actually 2 days: what took place, and no more; not 3 days, finished 2011.

    Hours after a dash or in a bracket are those of it all: 2 days (actually 12 hours).
    """
    first, *_, last = items
    places = vocabulary(policy.words).places
    is_fewer = last.kind != "n" or last.low < first.high
    said = {item.text for item in items if item.kind in "wz"} & places["instead"]
    are_of_all = said <= places["in_fact"] and first.kind in "DW" and last.kind == "H"
    is_stated = are_of_all and items[1].kind in "(-:"
    return [first, Item("!"), *items[1:]] if said and is_fewer and not is_stated else None


def read_optional(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days, optional 2 hour exam; 2 days + 1 hour (optional): nobody says whether it was taken.

    Not 2 days (14 hours), optional exam: there it is something without a length.
    """
    words = vocabulary(policy.words).places["optional"]
    kinds = signature(items)
    is_of_amount = any(
        _HAS_LENGTH.match(kinds, place + 1) or _HAD_LENGTH.search(kinds[:place])
        for place, item in enumerate(items)
        if item.text in words
    )
    return [*items, Item("!")] if is_of_amount else None


def read_condition(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days classroom, 4 days if online: one of the two."""
    is_condition = items[-1].text in vocabulary(policy.words).places["condition"]
    return [*items[:-1], Item("!", items[-1].text)] if is_condition else None


def read_further(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days + one more: of what nobody knows the length of; not 2 days + one more day."""
    is_further = items[-1].text in vocabulary(policy.words).places["further"]
    return [*items[:-1], Item("!", items[-1].text)] if is_further else None


def read_further_amount(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days - a further 3 days: no range, and as likely to come as added."""
    first, dash, last = items
    further = vocabulary(policy.words).places["further"]
    is_further = any(last.text.startswith(f"{words} ") for words in further)
    return [first, Item("!", dash.text), last] if is_further else None


def read_but_fewer(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """5 days but I could only make 3; not 2 days but on AutoCAD 2012."""
    amount, number = items[0], items[-1]
    word = next(item for item in items if item.kind == "w")
    is_fewer = word.unit == "contrast" and number.low < amount.low
    return [amount, Item("!", word.text)] if is_fewer else None


def read_subtracted(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """8 hours less 1 hour lunch is seven; 8 hours excluding 1 hour lunch may be eight."""
    whole, taken = (item for item in items if item.kind == "H")
    words = vocabulary(policy.words).places["subtracted"]
    is_said = any(item.text in words for item in items if item.kind == "l")
    hours = [size_of(item, policy) for item in (whole, taken)]
    is_exact = all(item.low == item.high and not item.codes for item in (whole, taken))
    is_break = hours[1] * policy.doubts.breaks_in_a_clock_range <= hours[0]
    if not (is_said and is_exact and is_break) or hours[0] > policy.doubts.length_of_day.most:
        return None
    left = hours[0] - hours[1]
    return [replace(whole, low=left, high=left, unit="hour")]


def read_one_day_only(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """5 day course (Monday only): one of its days."""
    is_only = items[-1].after_filler in vocabulary(policy.words).places["no_more"] and items[0].low > ONE
    return [*items, Item("!")] if is_only else None
