"""Every word the reader knows, in every language of the policy, ready for look-up."""

import re
from collections.abc import Iterator, Set
from dataclasses import dataclass, field
from decimal import Decimal
from functools import lru_cache
from typing import get_args

from rapidfuzz import process
from rapidfuzz.distance import OSA

from migrate.errors import ConfigurationError
from migrate.rulebook.durations import Words
from migrate.rulebook.files import language_file
from migrate.rulebook.languages import LanguageRules, Place
from migrate.transform import known_words
from migrate.transform.durations.lexer import is_unspaced, split, token_pattern
from migrate.transform.durations.normalise import fold
from migrate.transform.durations.words import KINDS, Word

Tokens = tuple[str, ...]
LOOSE = frozenset({"approximate"})
TEN = 10
NOWHERE: frozenset[str] = frozenset()
SHORTEST_NAME = 3
_SHORT_TYPO, _LONG_TYPO = 4, 7  # from this length one slip is corrected, from that one two


_NOTHING_AT_THE_END = frozenset(  # 7-9pm for 10 weeks now
    {"manner", "instead", "in_fact", "tuition", "part_of_training"}
)


@dataclass
class Vocabulary:
    """Words and phrases with their meanings; `other` holds what a word means in its own language."""

    languages: tuple[str, ...] = ()
    words: dict[str, Word] = field(default_factory=dict)
    phrases: dict[str, list[tuple[Tokens, Word]]] = field(default_factory=dict)
    other: dict[str, dict[str, Word]] = field(default_factory=dict)
    unspaced: list[str] = field(default_factory=list)
    pieces: "re.Pattern[str]" = field(default_factory=token_pattern)
    corrigible: dict[str, Word] = field(default_factory=dict)
    number_words: set[str] = field(default_factory=set)
    real_words: set[str] = field(default_factory=set)
    joined_and: tuple[str, ...] = ()
    places: dict[Place, frozenset[str]] = field(
        default_factory=lambda: dict.fromkeys(get_args(Place), NOWHERE)
    )
    meaningful: frozenset[str] = NOWHERE  # what is more than its kind says in any place
    glued_ends: dict[str, Word] = field(default_factory=dict)
    glued_starts: dict[str, Word] = field(default_factory=dict)

    def add(self, text: str, word: Word) -> None:
        """Add a word or phrase; the first meaning stands, a later language's is kept beside it."""
        folded = fold(text)
        if is_unspaced(folded):
            self.unspaced.append(folded)
            tokens: Tokens = (folded,)
        else:
            tokens = split(folded)
        if len(tokens) == 1:
            self._add_word(tokens[0], word)
        elif tokens:
            self.phrases.setdefault(tokens[0], []).append((tokens[1:], word))

    def _add_word(self, token: str, word: Word) -> None:
        known = self.words.setdefault(token, word)
        if known is word:
            return
        if (known.kind, known.value, known.unit) == (word.kind, word.value, word.unit):
            self.words[token] = known._replace(languages=known.languages | word.languages)
            return
        for language in word.languages - known.languages:
            self.other.setdefault(token, {}).setdefault(language, word)

    def in_order(self, languages: Set[str]) -> list[str]:
        """Return languages in the order of the policy, whichever the run."""
        return [language for language in self.languages if language in languages]

    def has_part_of_day(self, text: str) -> bool:
        """Say whether a word for a part of the day, such as evening, is among those of a text."""
        return not self.places["part_of_a_day"].isdisjoint(text.split())

    def corrected(self, token: str) -> list[Word]:
        """Return the units that a misspelt word may be; none where it is too far from all of them."""
        if token in self.real_words or len(token) < _SHORT_TYPO - 1 or not token.isalpha():
            return []
        found = process.extract(token, self.corrigible.keys(), scorer=OSA.distance, score_cutoff=2, limit=20)
        near = [
            (distance, self.corrigible[word])
            for word, distance, _ in found
            if _is_slip(token, word, int(distance))
        ]
        near += [(1, word) for text, word in self.corrigible.items() if _is_cut(token, text, word)]
        least = min((distance for distance, _ in near), default=0)
        return list(dict.fromkeys(word for distance, word in near if distance == least))

    def may_be_number(self, token: str) -> bool:
        """Say whether an unknown word is a number word but for one letter too many, too few or swapped.

        A fraction may also have one letter for another: harf day.
        """
        if token in self.real_words or len(token) < SHORTEST_NAME:
            return False
        near = process.extract(token, self.number_words, scorer=OSA.distance, score_cutoff=1, limit=None)
        return any(
            len(word) != len(token) or sorted(word) == sorted(token) or self.words[word].kind == "f"
            for word, _, _ in near
        )


def _is_cut(typed: str, text: str, word: Word) -> bool:
    """Mons may be cut from months, as secs from seconds; it is as near as a slip."""
    cut = typed.removesuffix("s")
    return not word.is_foreign and len(cut) >= SHORTEST_NAME and text.startswith(cut) and text != cut


def _is_slip(typed: str, word: str, distance: int) -> bool:
    if distance == 1 and len(typed) < _SHORT_TYPO:  # dya and wek, not das
        return sorted(typed) == sorted(word) or len(word) > len(typed)
    if distance == 1:
        return len(word) >= _SHORT_TYPO - 1
    return len(word) >= _LONG_TYPO and typed[0] == word[0]


@lru_cache(maxsize=8)
def vocabulary(known: Words) -> Vocabulary:
    """Return the words ready for look-up; the first language's meaning of a word stands."""
    found = Vocabulary(tuple(known.languages))
    for name, rules in known.languages.items():
        unknown = rules.words.keys() - KINDS.keys()
        if unknown:
            raise ConfigurationError(f"rules/{language_file(name)}: words: nobody knows {', '.join(unknown)}")
        for text, word in _words(rules):
            found.add(text, word._replace(languages=frozenset({name})))
        found.real_words |= {fold(word) for word in rules.real_words}
        found.joined_and += (rules.joined_and,) if rules.joined_and else ()
        for place, texts in rules.places.items():
            found.places[place] |= set(map(fold, texts))
    for phrases in found.phrases.values():
        phrases.sort(key=lambda phrase: -len(phrase[0]))
    found.pieces = token_pattern(tuple(sorted(set(found.unspaced), key=len, reverse=True)))
    _index(found)
    return found


def _index(found: Vocabulary) -> None:
    """Build what an unknown word is looked up in: units it may be a slip of, and parts it may be made of."""
    found.meaningful = NOWHERE.union(
        *(words for place, words in found.places.items() if place not in _NOTHING_AT_THE_END)
    )
    for token, word in found.words.items():
        letters = token.isalpha()
        if word.kind == "u" and letters and len(token) >= (_SHORT_TYPO if not word.is_foreign else 5):
            found.corrigible[token] = word._replace(is_plural=False)
        if word.kind == "u" and letters and len(token) >= 3:  # noqa: PLR2004 - shorter ends are found in any word
            found.glued_ends[token] = word
        if word.kind in "nf" and letters and not word.is_foreign:
            found.number_words.add(token)
        if word.kind in "nfdy" and letters and len(token) >= 3:  # noqa: PLR2004
            found.glued_starts[token] = word
    for token in sorted(found.places["short_unit"] & found.words.keys()):
        found.corrigible[token] = found.words[token]._replace(is_plural=False)


def _words(rules: LanguageRules) -> Iterator[tuple[str, Word]]:
    """Yield what a language's words mean; of several meanings the first stands, so typing corrects."""
    yield from _typed_units(rules)
    yield from _numbers(rules)
    yield from _library_amounts(rules)
    yield from _typed_words(rules)
    yield from _absent_units(rules)
    yield from _library_calendar(rules)


def _typed_units(rules: LanguageRules) -> Iterator[tuple[str, Word]]:
    for is_plural, units in ((False, rules.units), (True, rules.plurals)):
        for unit, texts in units.items():
            yield from ((text, Word("u", unit=unit, is_plural=is_plural)) for text in texts)


def _typed_words(rules: LanguageRules) -> Iterator[tuple[str, Word]]:
    for is_plural, texts in ((False, rules.sessions), (True, rules.session_plurals)):
        yield from ((text, Word("s", unit="session", is_plural=is_plural)) for text in texts)
    for number, texts in rules.weekdays.items():
        yield from ((text, Word("W", Decimal(number))) for text in texts)
    for unit, texts in rules.credits.items():
        yield from ((text, Word("c", unit=unit)) for text in texts)
    for kind, texts_or_rates in rules.words.items():
        yield from _words_of_kind(kind, texts_or_rates)


def _words_of_kind(kind: str, texts: Tokens | dict[str, Tokens]) -> Iterator[tuple[str, Word]]:
    if isinstance(texts, dict):
        for unit, rates in texts.items():
            yield from ((text, Word(KINDS[kind], unit=unit)) for text in rates)
    else:
        yield from ((text, Word(KINDS[kind], unit=kind)) for text in texts)


def _absent_units(rules: LanguageRules) -> Iterator[tuple[str, Word]]:
    """Yield each unit with what says that it did not take place: days late, hrs access."""
    typed = (*rules.units.items(), *rules.plurals.items())
    spelt = [(unit, text) for unit, texts in typed for text in texts]
    spelt += [(unit, text) for unit, text, _ in known_words.unit_words(rules.locale)]
    for said, units in rules.absent_units.items():
        yield from ((f"{text} {said}", Word("!", unit="absence")) for unit, text in spelt if unit in units)


def _numbers(rules: LanguageRules) -> Iterator[tuple[str, Word]]:
    for value, texts in (*rules.numbers.items(), *((Decimal(n), t) for n, t in rules.multipliers.items())):
        kind = "h" if value in rules.multipliers and texts is rules.multipliers[int(value)] else "n"
        yield from ((text, Word(kind, value, unit="word")) for text in texts)
    for value, texts in rules.about.items():
        yield from ((text, Word("n", value, unit="word", codes=LOOSE)) for text in texts)
    for tens, texts in rules.tens.items():
        yield from ((text, Word("d", Decimal(tens), unit="word")) for text in texts)
    for ratio, texts in rules.fractions.items():
        numerator, denominator = map(Decimal, ratio.split("/"))
        yield from ((text, Word("f", numerator / denominator, unit="word")) for text in texts)
    for text, (value, unit) in rules.whole_units.items():
        yield text, Word("A", value, unit=unit)
    yield from _compounds(rules)


def _compounds(rules: LanguageRules) -> Iterator[tuple[str, Word]]:
    """Yield the numbers that a language writes as one word, from its patterns."""
    ones = [
        (value, text)
        for value, texts in _all_numbers(rules)
        for text in texts
        if value < TEN and value % 1 == 0
    ]
    for pattern in rules.compounds:
        for tens, tens_texts in rules.tens.items():
            for value, one in ones:
                for ten in tens_texts:
                    yield pattern.format(ones=one, tens=ten), Word("n", tens + value, unit="word")
                    if one[0] in "aeiou":  # ventotto
                        yield pattern.format(ones=one, tens=ten[:-1]), Word("n", tens + value, unit="word")
    for pattern in rules.halves:
        for value, one in ones:
            yield pattern.format(n=one), Word("n", value + Decimal("0.5"), unit="word")


def _all_numbers(rules: LanguageRules) -> Iterator[tuple[Decimal, Tokens]]:
    yield from rules.numbers.items()
    for value, text in known_words.number_words(rules.locale):
        yield value, (text,)


def _library_amounts(rules: LanguageRules) -> Iterator[tuple[str, Word]]:
    for locale in (rules.locale, *rules.more_locales):
        for unit, text, is_plural in known_words.unit_words(locale):
            yield text, Word("u", unit=unit, is_plural=is_plural)
        for value, text in known_words.number_words(locale):
            yield text, Word("n", value, unit="word")


def _library_calendar(rules: LanguageRules) -> Iterator[tuple[str, Word]]:
    for locale in (rules.locale, *rules.more_locales):
        for number, text in known_words.month_words(locale):
            if _is_calendar_word(text):
                yield text, Word("M", Decimal(number))
        for number, text in known_words.weekday_words(locale):
            if (
                rules.locale == "en" or len(text) > SHORTEST_NAME
            ):  # mer, die and so are words of other languages
                yield text, Word("W", Decimal(number))


def _is_calendar_word(text: str) -> bool:
    return text.isalpha() and (len(text) > SHORTEST_NAME or (text.isascii() and len(text) == SHORTEST_NAME))
