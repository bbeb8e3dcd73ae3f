"""How many times an amount came: 2 hours x 6; and numbers beside an amount that may count something else."""

from dataclasses import replace
from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.items import Item
from migrate.transform.durations.vocabulary import vocabulary

TWICE = Decimal(2)


def read_times_after(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours, 3 times."""
    amount, count, times = items[0], items[-2], items[-1]
    return [amount, times, count]


def read_doubtful_times(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days x 7.5, 3 days @ 8, 2 hours at 9: the number may say the hours of each day, or a time of day."""
    amount, *words, times, number = items
    if words and times.unit != "at":
        return None
    is_length = amount.kind == "D" and amount.low > 1 and number.low in policy.doubts.hours_at_a_number
    if times.unit != "at" and not number.low % 1 and not is_length:
        return None
    return [*_either(amount, number), *words]


def read_twice(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hours, twice: two of them, where no week or month follows."""
    is_twice = items[-1].text in vocabulary(policy.words).places["twice"]
    return [items[0], Item("x"), Item("n", items[-1].text, TWICE, TWICE)] if is_twice else None


def read_hours_of_days(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """7.5 x 2 days: as likely hours a day."""
    number, amount = items[0], items[-1]
    return _either(amount, number) if number.low > 1 and number.low % 1 else None


def read_counted_word(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day x 2 CDM, 2 hours x 2 trainers: the number may count what the word says."""
    amount, times, number, word = items
    if word.unit == "by":
        return None
    if times.unit != "at" and word.text in vocabulary(policy.words).places["manner"]:
        return items  # 2 hours x 4 online
    if times.unit == "at" and amount.kind == "D" and number.low in policy.doubts.hours_at_a_number:
        return [*_either(amount, number), word]  # 3 days @ 8 online
    if times.unit == "at":  # 1 day at 1 Great George Street
        return [amount, word]
    return [amount, Item("|"), so_often(amount, number), word]


def read_address(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """9am-5pm @ 5 High St, 2 hours per week @ 10 Park Lane: where it was."""
    return items[2:] if items[0].unit == "at" else None


def read_each_of_things(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day, 2 tutors, 3 hours each: of each tutor, and none of the day's."""
    return [Item("!", items[-2].text), items[-1]]


def read_venues(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """9am-5pm at 2 venues: at both that day, or at each; 1 hour each, at 2 schools is 2."""
    amount, times, number, *words = items[0], *(item for item in items[1:] if item.kind in "xnw")
    if times.unit != "at" or not any(word.text in vocabulary(policy.words).places["venue"] for word in words):
        return None
    if amount.kind == "K":
        return [amount, Item("|"), so_often(amount, number)]
    return [amount, times, number, *words]


def _either(amount: Item, number: Item) -> list[Item]:
    """Return both readings of an amount and a number that may count it."""
    product = so_often(amount, number)
    each = replace(product, kind="H", unit="hour") if amount.kind == "D" else amount
    return [each, Item("|"), product]


def so_often(amount: Item, number: Item) -> Item:
    """Return an amount as many times as a number says."""
    return replace(amount, low=amount.low * number.low, high=amount.high * number.high)


def read_times_of_date(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 hrs x 6 May 2010, Sept-Dec 12 x 2 hrs: so many times in the month, or on that day of it."""
    return [Item("!", next(item.text for item in items if item.kind != "x"))]


def read_by(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """6 by 2 hrs: a number of times, or of people."""
    word = next(item for item in items if item.kind == "w")
    return [Item("!", word.text)] if word.unit == "by" else None
