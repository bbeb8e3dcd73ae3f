"""Parts of a training that a word names: 1 day classroom / 3 hours practical, Taught: 2 days Study: 3 hours.

Many of these words add nothing to an amount (3 hours practical are three), so they are no items of their own:
the items say which of them stood beside.
"""

from decimal import Decimal

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import size_of
from migrate.transform.durations.items import Item
from migrate.transform.durations.vocabulary import Vocabulary, vocabulary

_SIGNS = frozenset("(-:/=")
_PARTING = frozenset(";.")


def read_labelled_parts(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Taught: 2 days Study: 3 hours: added where they fall or a sign lists them, as named parts are.

    Of Taught: 2 days Study: 14 hours, Course: 2 days Exam: 3 hours and 2 days; practical: 1 day nobody can
    tell. Course: 2 days Study: 14 hours are fourteen.
    """
    at, to = (place for place, item in enumerate(items) if item.kind in "HDW")
    first, last, between = items[at], items[to], items[at + 1 : to]
    known = vocabulary(policy.words)
    label, following = _label([*items[:at], first]), _label(between)
    has_name = label.kind == "w" or _is_named({label.text}, known)
    is_filler = _is_other_part(label, following, known) if following.kind != "w" else label.kind != "w"
    if not (is_filler and (label.text or following.kind != "w")):
        return None
    if not has_name and following.text in known.places["tuition"]:
        return None
    signs = {item.kind for item in between}
    is_listed = "," in signs or (not signs.isdisjoint(_PARTING) and (has_name or first.kind != last.kind))
    falls = (first.kind, last.kind) in {("D", "H"), ("W", "H"), ("W", "D")}
    least = policy.doubts.part_of_day_below
    if not has_name and _fill(first, last, least, policy):
        return None
    is_list = (is_listed or (falls and has_name)) and not _fill(first, last, least, policy)
    return [*items[: at + 1], Item("," if is_list else "!"), last]


def read_parts_of_training(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """1 day classroom / 3 hours practical, 2 days (3 hours practical): a part of the days, or more.

    Hours that fill the days are theirs, and so are 2 days (10 hours study) and 4 weeks (10 hours e-learning).
    10 hours online (3 days) are ten, over the days.
    """
    at, to = (place for place, item in enumerate(items) if item.kind in "HDW")
    first, last = items[at], items[to]
    if (first.kind == "H") == (last.kind == "H"):
        return None
    sign = next(place for place, item in enumerate(items) if place > at and item.kind in _SIGNS)
    names = [_names(items[: sign + 1]), _names(items[sign + 1 :])]
    of_hours, of_days = names if first.kind == "H" else reversed(names)
    known = vocabulary(policy.words)
    is_of_hours = first.kind == "H" and items[sign].kind == "("  # 10 hours online (3 days)
    is_part = "D" in (first.kind, last.kind) and not of_hours.isdisjoint(known.places["part_of_training"])
    if of_days and of_hours and _is_named(of_days | of_hours, known):
        least = policy.doubts.part_of_day_below
    elif is_part and not is_of_hours:
        least = policy.doubts.length_of_day.least
    else:
        return None
    return None if _fill(first, last, least, policy) else [*items[:to], Item("!"), *items[to:]]


def names_part(filler: str, policy: DurationPolicy) -> bool:
    """Say whether a word that is left out says which part of a training an amount was."""
    return _is_named({_plain(filler)}, vocabulary(policy.words))


def _is_other_part(label: Item, following: Item, known: Vocabulary) -> bool:
    """Say whether a word that is left out names another part: study, or the workshop beside a course."""
    parts = known.places["part_of_all"]
    return _is_named({following.text}, known) or (
        following.text in parts and label.text in parts - {following.text}
    )


def _label(items: list[Item]) -> Item:
    """Return the name before a colon or a dash: a word, or what the sign had before it."""
    word = next((item for item in reversed(items) if item.kind in "wL"), None)
    if word is not None:
        return Item("w", word.text)
    return Item("", _plain(items[-1].after_filler) if items else "")


def _names(items: list[Item]) -> set[str]:
    """Return the words beside the amount among the items, also those before a colon: (practical: 3 hours)."""
    amount = next(item for item in items if item.kind in "HDW")
    fillers = {amount.before_filler, *(item.after_filler for item in items)} - {""}
    return {_plain(text) for text in fillers} | {item.text for item in items if item.kind in "wL"}


def _is_named(names: set[str], known: Vocabulary) -> bool:
    return not names.isdisjoint(known.places["part_of_training"] | known.places["tuition"])


def _plain(filler: str) -> str:
    return filler.replace("-", " ")


def _fill(first: Item, last: Item, least: Decimal, policy: DurationPolicy) -> bool:
    """Say whether the hours are as many as the days have; days beside days are none of them."""
    hours, days = (first, last) if first.kind == "H" else (last, first)
    if hours.kind != "H" or days.kind == "H":
        return False
    return size_of(hours, policy) * policy.hours_per_day >= size_of(days, policy) * least
