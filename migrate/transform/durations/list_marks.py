"""Marks of a list whose parts each have a length: a) 1 day b) 2 hours; 1. 3 hours 2. 4 hours."""

import re

from migrate.transform.durations.tokens import read_tokens
from migrate.transform.durations.vocabulary import Vocabulary

_SERIES = (tuple("abcdefghij"), tuple("123456789"), ("i", "ii", "iii", "iv", "v", "vi", "vii", "viii"))
_BULLETS = "•*>-"
_MAY_BE_MORE_THAN_BULLETS = frozenset("->")  # - 2 days - 14 hours, > 3 hours
_END = r"(?:\) ?|[.:] )"
_FIRST = re.compile(rf"(?:[^\d:]*[:\-] )?\(?(?P<mark>[a1i]){_END}|(?P<bullet>[{re.escape(_BULLETS)}]) ?")
_NEXT = {series[0]: [re.compile(rf"[ ,;.]+\(?{mark}{_END}") for mark in series[1:]] for series in _SERIES}
_LENGTHS = frozenset("ukmA")


def add_marked_parts(text: str, known: Vocabulary) -> str | None:
    """Return a normalised text with a plus in place of each mark of a list where each part has a length.

    None where nobody can tell whether they are parts: options, and what a dash may say again.
    """
    first = _FIRST.match(text)
    parts = _parts(text, first) if first else []
    if len(parts) < 2 or not all(_has_length(part, known) for part in parts):  # noqa: PLR2004
        return text
    is_doubtful = first is not None and first["bullet"] in _MAY_BE_MORE_THAN_BULLETS
    return None if is_doubtful or _are_options(text, known) else " + ".join(parts)


def _parts(text: str, first: "re.Match[str]") -> list[str]:
    if first["bullet"]:
        return re.split(rf"(?<![,;]) {re.escape(first['bullet'])} ?", text[first.end() :])
    parts, rest = [], text[first.end() :]
    for mark in _NEXT[first["mark"]]:
        found = mark.search(rest)
        if found is None:
            break
        parts.append(rest[: found.start()])
        rest = rest[found.end() :]
    return [*parts, rest]


def _has_length(part: str, known: Vocabulary) -> bool:
    return any(item.kind in _LENGTHS for item in read_tokens(part, known))


def _are_options(text: str, known: Vocabulary) -> bool:
    names = known.places["alternative"]
    items = read_tokens(text, known)
    return any(item.kind == "|" or not names.isdisjoint((item.text, item.after_filler)) for item in items)
