"""What is said beside an amount: about, at least, in total, and over."""

import re
from dataclasses import replace

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.amounts import CLASSES, make_amount, read_amount
from migrate.transform.durations.items import Item, signature
from migrate.transform.durations.labels import WHICH
from migrate.transform.durations.not_counted import ASIDE
from migrate.transform.durations.vocabulary import Vocabulary, vocabulary

_COUNTED = re.compile(r"ne(?!-?[yane]*[fuch]|[yane]*s)")
_SHARE_LAST = re.compile(r"(?<=u)[,(:\-]?en(?=[).]*$)")  # 14 hours so far 12
_DASH_AT_SHARE = re.compile(r"(?<=u)-(?=e[nfa])|(?<=ue)-(?=[nfa])")  # half day - so far 1 day
_SHARE_BEFORE_AMOUNT = re.compile(r"ne(?:[-t|]n|f-?o?a?-?u)")  # 6 CPD - 12 hours, 6 CPD half day
_OF_AN_AMOUNT = re.compile(r"(?<=[un])e(?![wM12])|(?<=[,;(\-])e(?=[nfa])")
_OF_ANOTHER = re.compile(r"^[^e]*[nfa][^e]*[,;]eu?[:(\-][nfa]")  # 14 hours, CPD: 6 hours; no list of CPD
_JOINED_BY_COMMA = re.compile(  # 3 days initial, 2 day (refresher); 3 days, (refresher 1 day)
    r"u.*[,;][^,;]*u[^,;]*$|^[nfa-]*u,$|^[wLnfa-]*u;$"
)
_NAMED_APART = re.compile(r"u[^,;]*[,;].*u")  # refresher 1 day, initial 3 days
_ORDINAL = re.compile(r"\d+(?:st|nd|rd|th)")


def without_shares(items: list[Item]) -> list[Item]:
    """Leave out words that say how much of an amount counts, as CPD does, and mark their numbers: 6 CPD.

    In 6 CPD - 12 hours and 6 CPD half day it is no part of the amount after it. A dash beside a share
    begins no range: half day - so far 1 day.
    """
    kinds = signature(items)
    if "e" not in kinds:
        return items
    for found in _SHARE_LAST.finditer(kinds):
        items[found.end() - 1].is_share = True
    for found in _DASH_AT_SHARE.finditer(kinds):
        if not _is_less(items, found.start()):
            items[found.start()] = replace(items[found.start()], kind="(")
    for found in _COUNTED.finditer(signature(items)):
        items[found.start()].is_share = True
    for found in _SHARE_BEFORE_AMOUNT.finditer(signature(items)):
        number, _, *between, last = items[found.start() : found.end()]
        is_one = number.low == 1 and any(item.is_word for item in between)  # 1 CPD half day
        if not last.is_plural and number.low != last.low and not is_one:
            number.coded("ambiguous")
    return [item for item in items if item.kind != "e"]


def _is_less(items: list[Item], place: int) -> bool:
    """Say whether a dash stands between days or weeks and hours, as less them: 1 day CPD - 30 mins."""
    before = next(item for item in reversed(items[:place]) if item.kind == "u")
    after = next((item for item in items[place:] if item.kind == "u"), None)
    return after is not None and CLASSES.get(before.unit) != "H" == CLASSES.get(after.unit)


def name_shares(items: list[Item], known: Vocabulary) -> bool:
    """Tell whether a word says that an amount beside another is none to add: 3 days attended, a refresher."""
    kinds = signature(items)
    renewals = [place for place, item in enumerate(items) if item.unit == "renewal"]
    is_another = any(_JOINED_BY_COMMA.search(kinds[:place]) for place in renewals)
    are_several = len(renewals) > 1 and _NAMED_APART.search(kinds)
    return bool(
        is_another
        or are_several
        or _are_alternatives(items, known)
        or _OF_AN_AMOUNT.search(kinds)
        or _OF_ANOTHER.search(kinds)
    )


def _are_alternatives(items: list[Item], known: Vocabulary) -> bool:
    """Group A 2 days, group B 3 days: nobody is in both."""
    names = known.places["alternative"]
    return sum(item.text in names or item.after_filler in names for item in items) > 1


def part_alternatives(items: list[Item], known: Vocabulary) -> list[Item]:
    """Group A 2 days and group B 3 days: nobody is in both, and only a sign, as in A + B, adds them."""
    if not _are_alternatives(items, known):
        return items
    names, end = known.places["alternative"], Item("")
    beside = zip(items, [*items[1:], end], [*items[2:], end, end], strict=False)
    return [
        Item("|", item.text)
        if item.kind == "+" and item.text != "+" and _is_letter_of(names, name, letter)
        else item
        for item, name, letter in beside
    ]


def _is_letter_of(names: frozenset[str], name: Item, letter: Item) -> bool:
    """Group B, team 2; not group discussion, nor the 1 of team training 1 hour."""
    return (name.after_filler in names and len(name.text) == 1) or (
        name.text in names and len(letter.text) == 1 and not letter.after_filler
    )


def read_but(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """5 days, but attended 3; 5 days not 3."""
    word = next(item for item in items if item.kind == "w")
    return [Item("!", word.text)] if word.unit == "contrast" else None


def read_approximate(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """About 3 days, 20 hours minimum, up to 10 sessions."""
    found = next(item for item in items if item.kind not in "q-:().,oa=Tx")
    found.total = found.total or ("after" if any(item.kind == "T" for item in items) else "")
    return [found.coded("approximate")]


def read_minimum(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Min beside an amount is minimum, not a minute."""
    unit = next(item for item in items if item.kind == "u")
    if unit.text not in vocabulary(policy.words).places["minimum"]:
        return None
    return [*items[: items.index(unit)], replace(unit, kind="q", unit="at_least")]


def read_plus(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """20 hours+."""
    return [items[0].coded("approximate"), *(item for item in items[1:] if item.kind != "+")]


def read_over(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Over 20 hours, within 3 days, with no amount before it, is a limit and not a span."""
    place = next(place for place, item in enumerate(items) if item.kind == "v")
    if items[place].text in vocabulary(policy.words).places["limit"]:
        items[-1].coded("approximate")
    return [*items[:place], items[-1]]


def read_total_hours(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Total hours: 12; 12 total hours."""
    total, number = (next(item for item in items if item.kind == kind) for kind in "Tn")
    if total.unit != "total_hours":
        return None
    unit = Item("u", "hours", unit="hour", is_plural=True)
    return [make_amount([number, unit], unit, number.low, number.high, [number], policy), total]


def read_vague_times(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """On several occasions."""
    return [Item("!", items[0].text)]


def read_total(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Total 14 hours, 14 hours in total."""
    found = next(item for item in items if item.kind in "HDWE")
    found.total = "before" if items[0].kind == "T" else "apart" if items[-1].after_filler else "after"
    return [Item(","), found] if items[0].kind == "T" else [found]


def read_total_of_parts(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Total: 3 hours theory, 2 hours practical: the first is a part, and the total is the sum."""
    part, *others = (item for item in items if item.kind == "w")
    is_aside = any(word.unit == ASIDE for word in others)  # 3 days theory, 1 day travel
    return items[1:] if part.text in vocabulary(policy.words).places["part_name"] and not is_aside else None


def read_hours_of_total(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 days in total, 14 hours: those of the days, and none beside them."""
    days, hours = items[0], items[-1]
    return [days, Item("("), hours]


def read_with(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """5 days with 1 day practical: as likely a part of them as more."""
    return [Item("!", items[0].text)] if items[0].text.isalpha() else None


def read_tolerance(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """3 hours ± 30 mins: how sure it is, and no part of it."""
    return [items[0].coded("approximate")] if items[1].unit == "tolerance" else None


def read_taken_off(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """8 hours less lunch: fewer than eight, nobody says how many."""
    if items[-1].text not in vocabulary(policy.words).places["taken_off"]:
        return None
    return [items[0].coded("ambiguous"), *items[1:]]


def read_part_of_unit(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """A tenth of an hour: a part of one that nobody knows."""
    found = read_amount(items[2:], policy)
    return [items[0], *(item.coded("ambiguous") for item in found)] if found else None


def read_share(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """50% of 2 days, 2nd of 3 days: a part of them, or 2 days of which it is said."""
    amount = next(item for item in items if item.kind in "HDWE")
    share = next(item for item in items if item.kind in "wLgb")
    is_part = share.text in vocabulary(policy.words).places["part"]
    if not (is_part or share.text.endswith("%") or share.unit == WHICH or _ORDINAL.fullmatch(share.text)):
        return None
    return [amount.coded("ambiguous"), share]


def read_part_time(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """2 weeks PT: points are counted, part time is not."""
    mark = next(item for item in items if item.kind == "c")
    if mark.text not in vocabulary(policy.words).places["part_time"]:
        return None
    mark.kind = "P"
    return items


def read_date_added(items: list[Item], policy: DurationPolicy) -> list[Item] | None:
    """Friday and half day Saturday: a day that is added is no date beside the amount."""
    return [Item("!", item.text) if item.kind in "12" else item for item in items]
