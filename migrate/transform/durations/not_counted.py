"""What makes an amount none of training, or not all of it: not attended, a percentage, a validity."""

import re
from collections.abc import Iterable
from dataclasses import replace
from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import ONE, make_amount, size_of
from migrate.transform.durations.items import Item, signature
from migrate.transform.durations.vocabulary import vocabulary
from migrate.transform.durations.written_dates import MONTH_NAME

PERCENT, UNATTENDED, ASIDE, MARKS = "percent", "unattended", "aside", "marks"
_NOTED = frozenset({PERCENT, UNATTENDED, "break"})
_WHOLE = 100
_FIGURES = re.compile(r"\d{1,9}(?:\.\d{1,9})?")
_IN_A_YEAR = re.compile(r"(?P<year>v?M?n)[).]*")
_YEAR = re.compile(r"(?:19|20)\d\d")
_THREE_NUMBERS = re.compile(r"\d+(?:[-/.]\d+){2}")
_HAVE_DAYS = frozenset({"qualification", MONTH_NAME})
_COUNTED = frozenset({"hour", "day", "week"})
_AMOUNTS = frozenset("uAkms1MW")  # dates count as well
_NUMBERS = frozenset("nfdhaqkj1MW")
_CLAUSE_BEGINS, _CLAUSE_ENDS = frozenset(",;:-(") | _AMOUNTS, frozenset(",;:.-)")
_BEFORE_ALL = frozenset("e:-,.")  # CPD: cancelled 2 days
_BETWEEN = frozenset(",;:-()=oax+.v")
_HAS_LENGTH = re.compile(r"[wLs]*[:\-(]*[nx]*[HDWUQ]|[).;,]*$")
"""After a word: it has an amount, as in optional exam (1 hour), or is the last."""
_HAD_LENGTH = re.compile(r"[HDWUQ][wLs]*[(\-]?$")
"""Before a word: an amount that it may be said of, as in 1 hour (optional)."""


def mark_what_did_not_count(items: list[Item]) -> list[Item]:
    """Mark percentages of the time, and words that say of the amount beside them that it was not attended."""
    said = {item.unit for item in items}
    if said.isdisjoint(_NOTED):
        return items
    items = _without_meals_that_are_events(_with_percentages(items))
    amounts = [place for place, item in enumerate(items) if item.kind in _AMOUNTS]
    if not amounts:
        return items
    percentages = [place for place, item in enumerate(items) if item.unit == PERCENT]
    if sum(_percent(items[place]) for place in percentages) == _WHOLE:
        percentages = []  # 100%, or 70% practical, 30% theory
    doubtful = [place for place in percentages if _is_of_the_time(items, place)]
    for place, item in enumerate(items):
        if item.unit == UNATTENDED and _is_said_alone(items, place, amounts[0]):
            doubtful.append(place)
    for place in doubtful:
        items[place].kind = "!"
    return items


def _without_meals_that_are_events(items: list[Item]) -> list[Item]:
    """Leave out the lunch of a CPD lunch: it is the kind of event."""
    if not {"b", "e"} <= {item.kind for item in items}:
        return items
    beside = zip([Item(""), *items], items, [*items[1:], Item("")], strict=False)
    return [
        item for before, item, after in beside if item.kind != "b" or "e" not in (before.kind, after.kind)
    ]


def _percent(item: Item) -> Decimal:
    figures = item.text.rstrip("% ").replace(",", ".")
    return Decimal(figures) if _FIGURES.fullmatch(figures) else Decimal(0)


def _with_percentages(items: list[Item]) -> list[Item]:
    """Join a number to the word for percent after it: 50 per cent is 50%."""
    kept: list[Item] = []
    for item in items:
        if item.kind != "%":
            kept.append(item)
        elif kept and kept[-1].kind == "n":
            kept[-1] = Item("w", f"{kept[-1].text}%", unit=PERCENT)
        else:
            kept.append(Item("w", item.text))
    return kept


def _is_of_the_time(items: list[Item], place: int) -> bool:
    """2 days (50%); not 100%, nor passed with 85%."""
    if _percent(items[place]) == _WHOLE:
        return False
    beside = (_nearest(reversed(items[:place])), _nearest(items[place + 1 :]))
    return not any(item is not None and item.unit == MARKS for item in beside)


def _nearest(items: Iterable[Item]) -> Item | None:
    return next((item for item in items if item.kind not in _BETWEEN), None)


def _is_said_alone(items: list[Item], place: int, first_amount: int) -> bool:
    """Postponed 2 days; 2 days (booked); not 2 day planned maintenance, nor BS 5950 (withdrawn) 2 days."""
    after = items[place + 1].kind if place + 1 < len(items) else ")"
    is_first = all(item.kind in _BEFORE_ALL for item in items[:place])
    if is_first or (items[place - 1].kind in _BEFORE_ALL and after in _NUMBERS):
        return after in _CLAUSE_ENDS or after in _NUMBERS or after == "("
    is_last = after in _CLAUSE_ENDS or _is_year(items[place + 1 :])
    return first_amount < place and items[place - 1].kind in _CLAUSE_BEGINS and is_last


def _is_year(items: list[Item]) -> bool:
    """Say whether a year is all that follows: booked 2015, repeated in May 2015."""
    found = _IN_A_YEAR.fullmatch(signature(items))
    return found is not None and _YEAR.fullmatch(items[found.end("year") - 1].text) is not None


def read_unit_of_name(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Nov day, HND week, minute taking: one of it, or a part of what has that name."""
    unit = next(item for item in items if item.kind == "u")
    is_part = unit.unit == "minute" or (items[0].unit in _HAVE_DAYS and unit.unit in _COUNTED)
    if unit.is_plural or len(unit.text) == 1 or not is_part:
        return None
    found = make_amount([unit], unit, ONE, ONE, [], policy).coded("ambiguous")
    return [found if item is unit else item for item in items]


def read_no_date(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """30-60-90 day plan: figures that are no date may each count the unit after them."""
    return [Item("!", items[0].text)] if _THREE_NUMBERS.fullmatch(items[0].text) else None


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


def read_week_beginning(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Week commencing 5 May: which week it was."""
    says_which = items[1].unit == "begins" or (items[1].kind == "o" and items[0].unit == "week")
    return [Item("w", items[0].text), *items[2:]] if says_which and not items[0].is_plural else None


def read_several_years(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day (2010 & 2013): as likely one in each; not 2 x 1 day (2010 & 2013), 10 hours over 2010 & 2011."""
    whereabouts = vocabulary(policy.words).places["whereabouts"]
    if any(item.kind == "v" and item.text not in whereabouts for item in items):
        return None
    years = [item for item in items if item.kind == "2"]
    are_several = len(years) > 1 or years[0].is_plural
    return [*items, Item("!")] if are_several else None


def read_several_months(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day (May & June 2010): one, or one in each; 10 hours (May & June 2010) went on in both."""
    amount, *dates = items
    months = [item for item in dates if item.unit == MONTH_NAME or item.kind == "2"]
    is_month = all(item.unit == MONTH_NAME or not item.text.isdigit() for item in months)
    least = len(months) + 1 if amount.unit == "hour" else len(months)  # as of hours beside several dates
    are_few = amount.unit in _COUNTED and amount.low < least
    return [*items, Item("!")] if is_month and are_few else None


def read_whereabouts(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 days in London, 2 days in Paris; 3 days in 2010: no span, but where or when it was."""
    over, *rest = items
    if over.text not in vocabulary(policy.words).places["whereabouts"]:
        return None
    return [Item(";", over.text), *rest]


def read_hours_in_place(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """7 hours in Leeds, 2 days: as at Leeds, those of the days or more."""
    is_place = items[0].text in vocabulary(policy.words).places["whereabouts"]
    return [Item("!", items[0].text)] if is_place else None


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


def read_part_of_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days am, 3-5 May am: whole days, or their mornings."""
    days = items[0]
    is_subject = any(
        item.kind == "w" and item.text not in vocabulary(policy.words).places["manner"] for item in items[:3]
    )
    if days.is_half or days.unit == "half_day" or is_subject:  # 3 days PM fundamentals
        return None
    return [days.coded("ambiguous"), *items[1:]]


def read_part_of_that_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Half day Monday morning says it twice; of 2 days morning nobody can tell."""
    days, part = items[:2]
    if part.unit != "half_day" or "alone" not in part.codes or days.unit == "half_day":
        return None
    is_said_twice = days.is_half and len(items) == 2  # noqa: PLR2004
    return [days] if is_said_twice else [days.coded("ambiguous"), Item("!", part.text)]


def read_evening_of_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days evening, 3 days of evening classes: so many evenings, or days."""
    days = items[0]
    if days.kind == "W" and days.high > policy.max_full_time_weeks:  # elapsed time
        return None
    is_evening = vocabulary(policy.words).has_part_of_day(days.text)
    return [days.coded("ambiguous")] if is_evening and not days.is_half else None


def read_deadline(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Due in 2 weeks, delayed by 2 days: until then, and no length."""
    *before, word, joining, _ = items
    places = vocabulary(policy.words).places
    is_joined = joining.unit == "by" or (joining.text in places["whereabouts"] and joining.kind == "v")
    is_alone = word.text in places["deadline_alone"] and not any(item.kind in "wL" for item in before)
    is_until = is_joined and (is_alone or word.text in places["deadline"])
    return [*before, Item("!", word.text), *items[-2:]] if is_until else None


def read_term(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Within 3 days of joining: by when, and no length; over 20 hours of theory are twenty."""
    is_term = any(item.text in vocabulary(policy.words).places["term"] for item in items if item.kind == "v")
    return [Item("!", items[-1].text)] if is_term else None


def read_journey(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10 minute walk, an hour away: how far, and no training."""
    word = next(item for item in items if item.kind == "w")
    is_aside = items[0].kind == "-" and items[0].after_space  # 2 hours - walk
    is_name = "alone" in items[-1].codes  # 7 hour away day
    is_far = word.text in vocabulary(policy.words).places["journey"] and not (is_aside or is_name)
    return [Item("!", word.text), *items[items.index(word) + 1 :]] if is_far else None


def read_place(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours at Leeds, 3 days of theory: where or what it was, and no repetition of what follows."""
    joining = items[0]
    return [Item("w", joining.text, unit=joining.unit)] if joining.unit in {"at", "of"} else None


def read_evening_hours(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days, 2 hours in the evening: of one evening, or of each; 1 day has but one."""
    days, *_, last = items
    is_evening = vocabulary(policy.words).has_part_of_day(last.text)
    is_one = days.kind == "D" and days.high <= ONE
    return [days, Item("!"), *items[1:]] if is_evening and not is_one else None


def read_until_lunch(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Thurs - Sat lunch: until then, or with it."""
    return [Item("!", items[-1].text)]


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
