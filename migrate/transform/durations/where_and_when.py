"""Where and when it was, beside an amount: years and months, a place, the evening, until when."""

import re

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import ONE
from migrate.transform.durations.items import Item
from migrate.transform.durations.vocabulary import vocabulary
from migrate.transform.durations.written_dates import MONTH_NAME

_THREE_NUMBERS = re.compile(r"\d+(?:[-/.]\d+){2}")
_COUNTED = frozenset({"hour", "day", "week"})


def read_week_beginning(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Week commencing 5 May: which week it was."""
    says_which = items[1].unit == "begins" or (items[1].kind == "o" and items[0].unit == "week")
    return [Item("w", items[0].text), *items[2:]] if says_which and not items[0].is_plural else None


def read_several_years(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day (2010 & 2013): as likely one in each; not 2 x 1 day (2010 & 2013), 10 hours over 2010 & 2011."""
    if _is_span(items, policy):
        return None
    years = [item for item in items if item.kind == "2"]
    are_several = len(years) > 1 or years[0].is_plural
    return [*items, Item("!")] if are_several else None


def read_several_months(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day (May & June 2010): one, or one in each; 10 hours (May & June 2010) went on in both."""
    amount, *dates = items
    months = [item for item in dates if item.kind in "w2"]
    are_months = all(
        item.unit == MONTH_NAME or (item.kind == "2" and not item.text.isdigit()) for item in months
    )
    if _is_span(items, policy) or not are_months:  # half an hour, Leeds, June
        return None
    least = len(months) + 1 if amount.unit == "hour" else len(months)  # as of hours beside several dates
    are_few = amount.unit in _COUNTED and amount.low < least
    return [*items, Item("!")] if are_few else None


def _is_span(items: list[Item], policy: DurationPolicy) -> bool:
    """Say whether an amount went over the dates: over 2010 & 2011; not in May & June."""
    whereabouts = vocabulary(policy.words).places["whereabouts"]
    return any(item.kind == "v" and item.text not in whereabouts for item in items)


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


def read_place(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours at Leeds, 3 days of theory: where or what it was, and no repetition of what follows."""
    joining = items[0]
    return [Item("w", joining.text, unit=joining.unit)] if joining.unit in {"at", "of"} else None


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


def read_evening_hours(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days, 2 hours in the evening: of one evening, or of each; 1 day has but one."""
    days, *_, last = items
    is_evening = vocabulary(policy.words).has_part_of_day(last.text)
    is_one = days.kind == "D" and days.high <= ONE
    return [days, Item("!"), *items[1:]] if is_evening and not is_one else None


def read_morning_hours(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days, 3 hours in the morning: of one morning, of each, or more than the days."""
    days, *between, hours, when = items
    return None if days.is_half or not _is_when(when) else [days, Item("!"), *between, hours]


def read_when(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 hours in the morning: when it was, and no half day more."""
    return [] if _is_when(items[0]) else None


def _is_when(item: Item) -> bool:
    return item.unit == "half_day" and " " in item.text


def read_until_lunch(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Thurs - Sat lunch: until then, or with it."""
    return [Item("!", items[-1].text)]


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


def read_no_date(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """30-60-90 day plan: figures that are no date may each count the unit after them."""
    return [Item("!", items[0].text)] if _THREE_NUMBERS.fullmatch(items[0].text) else None
