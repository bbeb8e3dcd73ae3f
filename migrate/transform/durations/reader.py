"""One text to one duration: normalise, tokens, shapes, policy."""

import re
from unicodedata import category

from migrate.rulebook.durations import DurationPolicy
from migrate.transform.durations.arrange import arranged
from migrate.transform.durations.duration import BLANK, Duration
from migrate.transform.durations.grammar import RULES
from migrate.transform.durations.items import NO_CODES, Item, signature
from migrate.transform.durations.judge import judge
from migrate.transform.durations.labels import WHICH
from migrate.transform.durations.list_marks import join_marked_parts
from migrate.transform.durations.normalise import normalise
from migrate.transform.durations.numbered_parts import add_numbered_parts
from migrate.transform.durations.reading import Reading, Scene, blank, hours_of
from migrate.transform.durations.said_beside import name_shares, part_alternatives, without_shares
from migrate.transform.durations.together import read_arranged
from migrate.transform.durations.tokens import read_tokens
from migrate.transform.durations.unattended import mark_what_did_not_count
from migrate.transform.durations.vocabulary import Vocabulary, vocabulary

_WORDLY = frozenset({"Ll", "Lu", "Lo", "Lm", "Lt", "Nd", "Nl", "No", "So"})
_AMOUNT_STARTS = frozenset("nfdkahA")
_MEASURES = frozenset("uAkM1W")
_LAST_WORD = re.compile(r"(?<=.)[uAkeTqb)r]w$")
_ASIDE = re.compile(r"(?<=.)(?:-[ws]+|\([ws]+\))\.?$")


def read_duration(text: str | None, policy: DurationPolicy) -> Duration:
    """Return what a text says in hours; any text is answered, in time linear in its length."""
    if text is None or not text.strip():
        return BLANK
    normal = normalise(text, policy.max_text_length)
    if normal.is_cut:
        return judge(text, blank("not-understood"), policy)
    if not normal.text:
        return BLANK
    reading = _read_with_list(normal.text, policy)
    return judge(
        text, reading.coded("mojibake") if normal.repaired and reading.hours is not None else reading, policy
    )


def _read_with_list(text: str, policy: DurationPolicy) -> Reading:
    """Read a text, joined where marks begin a list; blank where its parts say different lengths."""
    listed = join_marked_parts(text, vocabulary(policy.words))
    if listed is None:
        return blank("ambiguous")
    reading = _read(listed, policy)
    may_be_parts = listed != text and "conflicting-totals" in reading.codes
    return blank("ambiguous") if may_be_parts else reading


def _read(text: str, policy: DurationPolicy) -> Reading:
    known = vocabulary(policy.words)
    items = read_tokens(text, known)
    if _is_signed(items):
        return blank("invalid")
    if len(items) > policy.max_items:
        return blank("not-understood")
    items, asides = _without_asides(_without_bullet(_without_outer_brackets(items)), known)
    items = mark_what_did_not_count(items)
    names_share = name_shares(items, known)
    items = part_alternatives(without_shares(items), known)
    items = items if names_share else add_numbered_parts(items, policy)
    items = RULES.apply(_without_bullet(items), policy)
    kinds = {item.kind for item in items}
    scene = Scene(policy, text, is_full_time="F" in kinds, is_part_time="P" in kinds, names_share=names_share)
    amounts, arrangement = arranged(items, policy)
    if not amounts:
        return _without_amount(items, kinds, text)
    if "F" in kinds and "P" in kinds and len(amounts) > 1:
        return blank("ambiguous")
    if any(item.unit == WHICH and item.kind == "w" for item in items) and not {"D", "W"}.isdisjoint(kinds):
        return blank("ambiguous", *(hours_of(item, scene) for item in amounts if item.kind in "DW"))
    reading = read_arranged(amounts, arrangement, scene)
    return reading.coded(*_said_beside([*items, *asides])) if reading.hours is not None else reading


def _is_signed(items: list[Item]) -> bool:
    """A dash or plus joined to the first amount is a sign; with a space between it is a bullet."""
    for place, item in enumerate(items[:-1]):
        if (
            item.kind in "-+l"
            and (item.kind != "l" or item.unit == "sign")
            and (place == 0 or items[place - 1].kind in ":(=" or signature(items[:place]) in "-x*")
            and not (item.kind == "+" and any(each.kind in _AMOUNT_STARTS for each in items[:place]))
        ):
            following = items[place + 1]
            is_hyphen = place == 0 and item.text == "-" and not item.after_space  # Duration-3 hours
            if following.kind in _AMOUNT_STARTS and (item.kind == "l" or not following.after_space):
                return item.text != "&" and not is_hyphen
    return False


def _without_outer_brackets(items: list[Item]) -> list[Item]:
    """Leave out brackets around everything: (2 days)."""
    kinds = signature(items)
    outer = kinds[:1] == "(" and kinds[-1:] == ")" and kinds.count("(") == kinds.count(")") == 1
    return items[1:-1] if outer else items


def _without_bullet(items: list[Item]) -> list[Item]:
    if len(items) > 2 and items[0].kind == "n" and items[1].kind == ")":  # noqa: PLR2004 - 1) 2 days
        items = items[2:]
    while items and items[0].kind in "-+x.,;:":
        mark, *items = items
        if items and not items[0].after_filler:  # Taught: 2 days
            items[0].after_filler = mark.after_filler
    return items


def _without_asides(items: list[Item], known: Vocabulary) -> tuple[list[Item], list[Item]]:
    """Part what says nothing of the length, after a dash or in brackets at the end, from an amount before it.

    3 days @ 8 - London, Hours: 12 (Leeds) - webinar: words that nobody knows, and the kind of event. So is
    the one word of a text that nobody knows, at its end: 30 min break online; not a dimension's: 3D Tekla.
    """
    asides: list[Item] = []
    kinds = signature(items)
    found = None if _MEASURES.isdisjoint(kinds) else _ASIDE.search(kinds)
    while found is not None:
        aside = items[found.start() :]
        if not aside[0].after_space or any(_says_more(item, known) for item in aside):
            break
        items, asides = items[: found.start()], [*asides, *aside]
        kinds = signature(items)
        found = _ASIDE.search(kinds)
    if _LAST_WORD.search(kinds) and _is_one_word_unknown(items, known):
        items, asides = items[:-1], [*asides, items[-1]]
    return items, asides


def _is_one_word_unknown(items: list[Item], known: Vocabulary) -> bool:
    *before, unit, last = items
    is_letter = len(unit.text) == 1  # 3D Tekla
    is_of_included = any(item.kind == "i" for item in before)  # 5 days including 2 days online
    return not (is_letter or is_of_included or _says_more(last, known)) and all(
        item.unit or item.kind != "w" for item in before
    )


def _says_more(item: Item, known: Vocabulary) -> bool:
    is_known = item.unit or item.text in known.meaningful
    if item.kind == "s":  # 3 days (evening)
        return item.is_plural or item.text in known.places["part_of_a_day"]
    return item.kind == "w" and bool(is_known)


def _without_amount(items: list[Item], kinds: set[str], text: str) -> Reading:
    if "P" in kinds:
        return blank("part-time")
    if kinds & {"1", "2"}:
        return blank("date-not-duration")
    words = "w" in kinds
    if "z" in kinds and not (words and all(item.text in "?" for item in items if item.kind == "z")):
        return blank("not-stated")
    has_words = any(category(character) in _WORDLY for character in text)
    return blank("not-understood" if has_words else "not-stated")


def _said_beside(items: list[Item]) -> frozenset[str]:
    codes = NO_CODES
    for item in items:
        if item.kind == "w":
            codes |= {"extra-text"}
        elif item.kind == "z" and item.unit == "doubt":
            codes |= {"approximate"}
    return codes
