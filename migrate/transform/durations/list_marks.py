"""Marks of a list whose parts each have a length: a) 1 day b) 2 hours; • 3 hours • 4 hours."""

import re

from migrate.transform.durations.amounts import CLASSES
from migrate.transform.durations.items import Item, signature
from migrate.transform.durations.tokens import read_tokens
from migrate.transform.durations.unattended import MARKS
from migrate.transform.durations.vocabulary import Vocabulary

SERIES = (
    tuple("abcdefghij"),
    tuple(map(str, range(1, 21))),
    ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii"),
)
_END = r"(?:\) ?|[.:] )"
_HEAD = r"(?:[^\d:]*[:\-] )?"
_FIRST = re.compile(rf"{_HEAD}(?:\(?(?P<mark>[a1i]){_END}|(?P<bullet>[•*]) ?)|(?P<dash>[->]) ")
_NEXT = {series[0]: [re.compile(rf"(?<=[ ,;.])\(?{mark}{_END}") for mark in series[1:]] for series in SERIES}
_BULLETS = {"•": r"• ?", "*": r"(?<=[ ,;.])\* ?", "-": r"(?<![,;]) - ?", ">": r"(?<![,;]) > ?"}

_LENGTHS = frozenset("ukmA")
_UNITS = frozenset("uA")
_NAME = r"[wLs.:,()\-]*"
_NAME_AND_LENGTH = re.compile(rf"{_NAME}(?:nx)?(?:n[-t]n|n\+?a?f|n|a?f)-?u{_NAME}")
_DECIMALS = re.compile(r"(?:0|5|25|50|75|15|30|45)\b")


def join_marked_parts(text: str, known: Vocabulary) -> str | None:
    """Return a normalised text with its parts joined where marks begin a list and each part has a length.

    Names and lengths behind letters or numbers are joined by a plus. A comma joins what a total or a session
    is among, days and hours, and what bullets mark, since one may say the length of another, as in
    a) 1 day b) 7 hours; not in a) 1 day + b) 7 hours. None where nobody can tell whether they are parts:
    options, what a dash may say again, 1. 5 hrs, 2. 5 hrs, and what says more than a name and a length.
    """
    first = _FIRST.match(text)
    if first is None:
        return text
    written = [part.rstrip(" ,;.") for part in _parts(text, first)]
    parts = [_without_and(part, known) for part in written]
    listed = [read_tokens(part, known) for part in parts]
    lengths = _UNITS if first["dash"] else _LENGTHS
    if len(parts) < 2 or not all(_has_length(items, lengths) for items in listed):  # noqa: PLR2004
        return text
    if first["dash"] or _are_options(text, known) or _may_be_decimals(first, parts):
        return None
    kinds = {item.kind for items in listed for item in items}
    if not (first["bullet"] or "T" in kinds or all(map(_is_name_and_length, listed))):
        return None
    sizes = {CLASSES.get(item.unit) for items in listed for item in items if item.kind in _UNITS}
    are_added = all(part != before for part, before in zip(parts[:-1], written, strict=False))
    may_be_length = first["bullet"] or len(sizes) > 1
    return (", " if kinds & {"T", "s"} or (may_be_length and not are_added) else " + ").join(parts)


def _parts(text: str, first: "re.Match[str]") -> list[str]:
    rest = text[first.end() :]
    if not first["mark"]:
        return re.split(_BULLETS[first["bullet"] or first["dash"]], rest)
    parts = []
    for mark in _NEXT[first["mark"]]:
        found = mark.search(rest)
        if found is None:
            break
        parts.append(rest[: found.start()])
        rest = rest[found.end() :]
    return [*parts, rest]


def _without_and(part: str, known: Vocabulary) -> str:
    """Leave out what joins a part to the next mark: a) 1 day and b) 2 hours."""
    items = read_tokens(part, known)
    return part.removesuffix(items[-1].text).rstrip() if items and items[-1].kind == "+" else part


def _has_length(items: list[Item], lengths: frozenset[str]) -> bool:
    """Say whether a part has a length and goes on to no other: 1. 5 hours to 2. 5 hours."""
    return any(item.kind in lengths for item in items) and items[-1].kind != "t"


def _is_name_and_length(items: list[Item]) -> bool:
    """Say whether a part has one length, and words that nobody knows; not 2 days per week, nor travel."""
    is_known = any(item.kind == "w" and item.unit not in {"", MARKS} for item in items)
    return not is_known and _NAME_AND_LENGTH.fullmatch(signature(items)) is not None


def _are_options(text: str, known: Vocabulary) -> bool:
    names = known.places["alternative"]
    items = read_tokens(text, known)
    return any(item.kind == "|" or not names.isdisjoint((item.text, item.after_filler)) for item in items)


def _may_be_decimals(first: "re.Match[str]", parts: list[str]) -> bool:
    """1. 5 hrs, 2. 5 hrs may be one and a half and two and a half; 1. 3 hours 2. 4 hours is a list."""
    return first["mark"] == "1" and first[0][-1] == " " and all(map(_DECIMALS.match, parts))
