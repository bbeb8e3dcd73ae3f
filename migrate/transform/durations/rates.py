"""Sessions, rates and amounts each; and credits."""

from dataclasses import replace
from decimal import Decimal
from itertools import product

from migrate.rulebook.durations import DurationPolicy
from migrate.rulebook.languages import Place
from migrate.transform.durations.amounts import ONE, make_amount, most_of, quantity, size_of, told_in
from migrate.transform.durations.calendar_days import is_year
from migrate.transform.durations.how_often import TWICE, so_often
from migrate.transform.durations.items import Item
from migrate.transform.durations.labels import SHORTEST_WORD
from migrate.transform.durations.numbers import HALF
from migrate.transform.durations.rewrite import Reduce
from migrate.transform.durations.vocabulary import vocabulary

_OF_A_DAY = frozenset({"day", "each"})


def read_sessions(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10 evenings, an evening, evening sessions, 2-3 lectures."""
    last = items[-1]
    low, high, parts = quantity([item for item in items[:-1] if item.kind in "nf-t|"])
    counted = bool(parts) or items[0].kind == "a" or not last.is_plural
    codes = frozenset().union(*(item.codes for item in items if item.kind != "s"))
    if low != high:
        codes |= {"range"}
    found = replace(last, kind="S", low=low, high=high, codes=codes, languages=told_in(items))
    found.is_plural, found.text = not counted, " ".join(item.text for item in items)
    found.is_word = bool(parts)
    if any(item.kind == "g" for item in items):
        found.is_plural = True
    return [found]


def read_sessions_of_kind(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 coaching sessions, 6 x 1 hr Revit sessions: the word says of what kind; not 6 person sessions."""
    place = next(place for place, item in enumerate(items) if item.kind in "wL")
    word = items.pop(place)
    is_kind = word.unit in {"", "name"} and word.text.isalpha() and len(word.text) >= SHORTEST_WORD
    places = vocabulary(policy.words).places
    has_number = word.text in places["people"] | places["numbered_name"]
    if not is_kind or has_number or not items[-1].is_plural or is_year(items[0], policy.dates):
        return None
    return [Item("w", word.text), *items]


def read_numbered_each(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Modules 1-3 (2 days each): three of them."""
    first, last = (item.low for item in items if item.kind == "n")
    session = items[0]
    if not session.is_plural or first != 1 or last <= first or last % 1:
        return None
    return [Item("n", f"{last}", last, last), session]


def read_included(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day including 3 sessions: a part of the day, and no more than it."""
    return [Item(",")]


def read_sessions_first(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Lectures: 10 x 1 hr says what they were, and the product how many."""
    return [Item(",")] if items[-1].is_plural else None


def read_of_sessions(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hour lecture is an amount; 3 2-hour lectures a product; 2 hour lectures nobody can count.

    20 hours lectures are too many for one of them.
    """
    amount = next(item for item in items if item.kind in "HDW")
    is_one = items[0].is_word and items[0].low == 1 and not items[-1].is_plural  # one 2 hour session
    count = items[0] if items[0].kind == "n" and not is_one else None
    amount.text = " ".join(item.text for item in items[1 if count else 0 :])
    longest = policy.doubts.length_of_day.most
    is_length = items[-1].text in vocabulary(policy.words).places["shift"]  # 24 hours shifts
    are_all = not (count or is_length) and amount.is_plural and amount.unit == "hour" and amount.low > longest
    is_uncounted_half = not count and amount.is_half and amount.low <= HALF  # half-day sessions
    is_in_words = amount.is_word and not is_uncounted_half
    if not items[-1].is_plural or any(item.kind == "o" for item in items) or is_in_words or are_all:
        return [count, amount] if count else [amount]
    each = replace(amount, kind="U", of=amount.kind)
    return [count, Item("x"), each] if count else [each]


def read_times_weekly(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10 x weekly 2hr sessions: ten, for a week has no ten; 2 x weekly is a rate."""
    return items[:2] if items[0].low > policy.days_per_week else None


def read_rate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours a day, 2 hrs/wk, 1 evening per week, 2 hours weekly, daily 2 hours.

    6 days weekly may be all of them.
    """
    amount = next(item for item in items if item.kind in "HDWESU")
    unit = next((item for item in items if item.kind in "urs" and item is not amount), None)
    if unit and unit.unit == amount.unit and amount.kind in "HDWE":  # per day 1 day
        return [amount, Item("!", unit.text)]
    found = replace(amount, kind="R", of=amount.of if amount.kind == "U" else amount.kind)
    found.per = unit.unit if unit else "week"
    found.languages = amount.languages | (told_in([replace(unit, kind="u")]) if unit else frozenset())
    found.text = " ".join(item.text for item in items)
    if items[-1].kind == "r" and amount.kind == "D" and amount.low > policy.days_per_week:
        found.coded("ambiguous")
    return [found]


def read_rate_of_product(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 hour x 3 per week: three in each; 2 hours x 10 weekly: ten in all, for a week has no ten."""
    amount, times, number, *rate = items
    if times.unit == "at":  # 10 days @ 1 per week
        return None
    if rate[-1].kind == "r" and number.low > policy.days_per_week:
        return [amount, times, number]
    return read_rate([so_often(amount, number), *rate], policy)


def read_times_a_week(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Twice a week, 3 times a week; of twice a day nobody can tell."""
    number, often = items[0], items[1] if items[0].kind == "n" else items[0]
    place: Place = "so_often" if number.kind == "n" else "twice"
    if often.text not in vocabulary(policy.words).places[place] or items[-1].unit != "week":
        return None
    low, high = (number.low, number.high) if number.kind == "n" else (TWICE, TWICE)
    return [Item("R", often.text, low, high, per="week", of="S", is_word=True)]


def read_amount_so_often(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours twice a week; 20 hours twice a week may be all of them."""
    amount, times = items
    places = vocabulary(policy.words).places
    is_of_each = times.of == "S" and times.text in places["twice"] | places["so_often"]
    hours = most_of(amount, policy)
    may_be_all = hours >= policy.doubts.part_of_day_below if amount.kind == "H" else amount.high > ONE
    if not is_of_each or may_be_all:
        return None
    return [replace(so_often(amount, times), kind="R", of=amount.kind, per=times.per)]


def read_rate_after_bracket(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours (online) per week, 1 hour (London) each: what stands between says nothing of how often.

    Of 1 day (7 hours) per week nobody can tell.
    """
    place = next(place for place, item in enumerate(items) if item.kind == ")")
    amount, aside, rate = items[0], items[1:place], items[place + 1 :]
    read = _READ_AFTER_BRACKET.get((amount.kind, rate[-1].kind))
    if any(item.kind == "p" for item in aside):  # 2 lectures (1 hr each) per week
        return None
    if amount.kind == "S" and [item.kind for item in aside] == ["(", "H"]:  # 1 evening (2 hours) per week
        return [*(read_rate([amount, *rate], policy) or []), *items[1 : place + 1]]
    if any(item.kind.isupper() and item.kind not in "LS" for item in aside):
        has_clock = amount.kind in "DK" and any(item.kind == "K" for item in (amount, *aside))
        if has_clock and rate[-1].unit in _OF_A_DAY:  # 3 days (9am-5pm) daily, 9am-5pm (1 hr lunch) each day
            return items[: place + 1]
        return [*items[: place + 1], Item("!", rate[0].text)]
    return read([amount, *rate], policy) if read else None


def read_every_so_many(items: list[Item], policy: DurationPolicy) -> list[Item]:
    """6-monthly meetings of 2 hours: one every six months, and nobody counted them."""
    return [Item("!", items[-1].text)]


def read_rate_aside(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours (weekly), 2 hours - monthly, 2 hours, weekly: a rate; of 20 hours, weekly nobody can tell.

    Nor of 6 days, weekly for 6 weeks: they may be all of it.
    """
    amount, *_, rate = [item for item in items if item.kind != ")"]
    hours = size_of(amount, policy)
    if amount.kind == "H" and hours > policy.doubts.length_of_day.most:
        return [Item("!", rate.text), amount]
    if rate.unit == "day":
        return read_rate([amount, rate], policy) if amount.kind == "H" else None  # 5 days (daily)
    may_be_all = hours > policy.hours_per_day if amount.kind == "H" else amount.low > 1
    return [Item("!", rate.text), amount] if may_be_all else read_rate([amount, rate], policy)


def read_rate_first(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Weekly (2 hours), (weekly) 2 hours: as 2 hours (weekly)."""
    rate, amount = (next(item for item in items if item.kind in kinds) for kinds in ("r", "HD"))
    return read_rate_aside([amount, rate], policy)


def read_rate_before_dash(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Weekly - 2 hours, per week - 2 hours; daily - 5 days says how long it took."""
    rate, amount = items[-3], items[-1]
    return None if rate.unit == "day" and amount.kind != "H" else read_rate(items, policy)


def read_rate_last(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Weekly for 10 weeks, 2 hrs: so many each time where they are too few for all of it."""
    rate, span, hours = (next(item for item in items if item.kind in kinds) for kinds in ("ru", "DW", "H"))
    each_time = policy.unit_hours.get(rate.unit) or ONE
    times = (policy.unit_hours[span.unit] or ONE) / each_time * span.low
    are_all = size_of(hours, policy) * 2 > times
    if rate.unit not in {"day", "week"} or are_all:
        return [Item("!", rate.text), *items[items.index(rate) + 1 :]]
    return [replace(hours, kind="R", of="H", per=rate.unit), Item("v"), span]


def read_rate_unsaid(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Every Tuesday for 3 weeks: how often and for how long, yet not of what length."""
    place = next(place for place, item in enumerate(items) if item.kind == "r")
    if items[place].unit == "day":
        return None
    return [*items[:place], Item("R", items[place].text, per=items[place].unit, of="S"), Item("v"), items[-1]]


def read_rate_of_events(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Weekly meeting, 1 hour; daily briefings 10 mins: a rate without a span."""
    rate, amount = items[0], items[-1]
    names = [item for item in items if item.kind in "ws"]
    are_events = (
        all(item.kind == "s" for item in names)
        or names[-1].text in vocabulary(policy.words).places["gathering"]
    )
    is_rate = rate.unit != "year" and (
        amount.kind == "H" or rate.unit != "day"
    )  # one a year is that of the row
    return [replace(amount, kind="R", of=amount.kind, per=rate.unit)] if are_events and is_rate else None


def read_each(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hrs each; each 2 hours; each lasting 2 hours."""
    if items[0].kind == "p" and items[0].unit != "each":
        return None
    amount = next(item for item in items if item.kind in "HDW")
    return [replace(amount, kind="Q", of=amount.kind)]


def read_parts_each(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """4 labs (2 hours each): so many of a part of a training; not 4 tutors (2 hours each)."""
    number, word = items[0], items[-1]
    is_part = word.text in vocabulary(policy.words).places["part_of_training"] and number.low > 1
    return [replace(number, kind="S", text=word.text, is_word=True)] if is_part else None


def read_kind_of_rate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Evening classes, 2 hrs/week, 30 weeks: what they were; evening classes are no days."""
    return [items[-1]] if items[-1].of == "H" and items[-1].per != "session" else None


def read_over_each(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours over 3 evenings each: all of them, or each evening's."""
    return [Item("!", items[-1].text)] if items[-1].unit == "each" else None


def read_rate_of_each(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 lectures (1 hr each) per week: so many come again. 10 evenings, 2 hrs each, weekly: no week has ten.

    Of 3 modules, 2 hrs each per week nobody can tell; a bracket is surely of each.
    """
    sessions, each = items[0], next(item for item in items if item.kind == "Q")
    if items[-1].kind == "r" and sessions.kind == "S" and sessions.low > policy.days_per_week:
        return items[:-1]
    rate = replace(sessions, kind="R", per=items[-1].unit, of="S")
    brackets = [item for item in items if item.kind in "()"]
    return [rate, Item(","), each, *brackets[1:]] if len(brackets) > 1 else [rate, *brackets]


def read_clock_rate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """9am-5pm each day says no more than the clock range; 7-9pm weekly is a rate."""
    clock = next(item for item in items if item.kind == "K")
    unit = next(item for item in items if item.kind in "ur")
    if unit.unit == "day":
        return [clock]
    return [replace(clock, kind="R", of="H", unit="hour", per=unit.unit)]


def read_clock_of_weekday(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Tuesdays 6-9pm, Tuesday evenings 6-9pm, beside a span of weeks: once in each."""
    clock, weekday = (next(item for item in items if item.kind == kind) for kind in "Ks")
    if weekday.per != "week" and weekday.text not in vocabulary(policy.words).places["calendar"]:
        return None
    return [replace(clock, kind="R", of="H", unit="hour", per="week")]


def read_hours_of_weekday(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 hours on Saturdays for 4 weeks: once in each, where a day has them and not the weeks together.

    20 hours on Saturdays for 10 weeks and 10 hours on Saturdays over 5 weeks may be all of them.
    """
    amount, *joining, span = items
    is_on_weekdays = amount.text.rpartition(" ")[2] in vocabulary(policy.words).places["calendar"]
    if not is_on_weekdays or (amount.is_half and amount.low >= ONE):  # 2 half days on Fridays
        return None
    each, most = amount.of or amount.kind, policy.doubts.length_of_day.most
    hours = most_of(amount, policy)
    is_for = any(item.kind == "j" for item in joining)
    may_be_all = each == "H" and not is_for and hours >= span.low
    is_of_each = hours <= (policy.hours_per_day if each == "D" else most) and not may_be_all
    rate = replace(amount, kind="R", of=each, per="week") if is_of_each else Item("!", amount.text)
    return [rate, *items[1:]]


def read_credits(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """10 CPD points, CEUs: 2, credits."""
    number = next((item for item in items if item.kind == "n"), None)
    unit = next(item for item in items if item.kind == "c")
    low = number.low if number else Decimal(0)
    return [replace(unit, kind="C", low=low, high=low, is_plural=number is not None)]


def read_long_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 seven-hour days."""
    count, hours, unit = items[0], items[-3] if items[-2].kind == "-" else items[-2], items[-1]
    if unit.unit not in {"day", "half_day"} or not unit.is_plural:
        return None
    return [count, Item("x"), replace(hours, kind="U", of="H")]


def read_long_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """8 hour day, and no other amount: the hours of one."""
    hours, unit = next(item for item in items if item.kind == "H"), items[-1]
    is_length = hours.unit == "hour" and hours.low == hours.high and hours.low in policy.doubts.length_of_day
    return items[: items.index(hours) + 1] if unit.text == "day" and is_length else None


def read_hours_of_week(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """39 hour week for 6 weeks: so many in each."""
    hours, unit = items[0], items[-1]
    is_length = unit.unit == "week" and not (unit.is_plural or hours.is_plural) and hours.unit == "hour"
    return [replace(hours, kind="R", of="H", per="week")] if is_length else None


def read_every_half_day(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Every morning for 2 weeks: half a day each day."""
    per, unit = items
    if unit.unit != "half_day" or per.unit != "per":
        return None
    found = make_amount([unit], unit, Decimal(1), Decimal(1), [], policy)
    return [replace(found, kind="R", of="D", per="day")]


def read_how_often(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Every 2 weeks, every 3 hours, 3/wk x 1 hour: how often, and no amount."""
    return [Item("R", items[-1].text, per=items[-1].unit, of="S")]


_READ_AFTER_BRACKET: dict[tuple[str, str], Reduce] = {
    **dict.fromkeys(product("HDW", "p"), read_each),
    **dict.fromkeys(product("HDWES", "usr"), read_rate),
    **dict.fromkeys(product("K", "ur"), read_clock_rate),
}
"""By the kinds of an amount and of the last word that says how often."""
