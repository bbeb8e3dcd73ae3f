"""How alike two names are, and how well a column's values fit what is expected of them."""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz import fuzz

from migrate.rulebook import Rules
from migrate.rulebook.mapping import ColumnRule
from migrate.rulebook.names import NamePolicy, Words
from migrate.survey.found import FoundColumn
from migrate.transform.dates import read_date, read_moment
from migrate.transform.durations import read_duration
from migrate.transform.flags import flag_value

_PARTS = re.compile(r"[A-Z]+(?=[A-Z][a-z])|[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_a-zA-Z]+")
_NOISE = frozenset({"tbl", "tb", "t", "vw", "v", "view", "cm", "dbo"})
_KEY = re.compile(r"-?[0-9]+|[0-9a-fA-F]{8}-?(?:[0-9a-fA-F]{4}-?){3}[0-9a-fA-F]{12}")
_KEY_WORDS = (("id",), ("key",), ("pk",), ("nr",))
OTHER_KEY = 0.7
"""How alike a table's own key is to a column that looks like the key of another table."""
SHORTENED = 0.98
"""What the likeness of a name counts without its table's words: slightly less than that of the whole name."""
LONG_TEXT = 60
UNKNOWN = 0.5
"""The fit of a column without values: there is no evidence either way."""


def name_words(name: str, policy: NamePolicy) -> Words:
    """Return a name's words in lower case, each replaced by the canonical word that it stands for."""
    plain = name.rpartition(".")[2]
    words = [word.lower() for word in _PARTS.findall(plain)]
    words = [word for word in words if word not in _NOISE] or words
    return tuple(_canonical(words, policy))


def _canonical(words: Sequence[str], policy: NamePolicy) -> Iterator[str]:
    place = 0
    while place < len(words):
        for foreign, canonical in policy.phrases:
            if tuple(words[place : place + len(foreign)]) == foreign:
                yield from canonical
                place += len(foreign)
                break
        else:
            yield words[place]
            place += 1


@lru_cache(maxsize=100_000)
def names_alike(one: Words, other: Words) -> float:
    """Return how alike two names are, from 0 to 1, whatever the order of their words."""
    return fuzz.token_sort_ratio(" ".join(one), " ".join(other)) / 100


def column_names_alike(
    canonical: str, found: str, rule: ColumnRule, table_words: frozenset[str], policy: NamePolicy
) -> float:
    """Return how alike the names of a canonical column and of one in v2 are, from 0 to 1.

    table_words: the words of the two tables' names, which a column's name may repeat (training_title).
    """
    wanted, words = name_words(canonical, policy), name_words(found, policy)
    alike = names_alike(wanted, words)
    if rule.read == "key" and words[-1:] in _KEY_WORDS:
        is_own_key = set(words[:-1]) <= table_words  # `id` alone is the table's own key, too
        alike = max(alike, 1.0 if is_own_key else OTHER_KEY)
    shorter = tuple(word for word in words if word not in table_words)
    return max(alike, names_alike(wanted, shorter) * SHORTENED) if shorter else alike


@dataclass(frozen=True)
class Profile:
    """What the sampled values of a column look like."""

    column: FoundColumn
    values: tuple[str, ...]
    """The sampled values that are not blank."""
    rows: int

    def share(self, holds: Callable[[str], bool]) -> float:
        """Return the share of the values of which something holds."""
        return sum(map(holds, self.values)) / len(self.values)


def fit(profile: Profile, name: str, rule: ColumnRule, rules: Rules) -> float:
    """Return how well a column's values fit a canonical column, from 0 to 1."""
    if not profile.values:
        return UNKNOWN
    by_name = _address if name.endswith("email") else _EXPECTED_OF.get(name)
    expected = by_name or _EXPECTED.get(rule.read or "copy", _free_text)
    return expected(profile, rules)


def _key(profile: Profile, _: Rules) -> float:
    whole = len(profile.values) == profile.rows == len(set(profile.values))
    return profile.share(lambda text: len(text) <= LONG_TEXT) if whole else 0.0


def _parent(profile: Profile, _: Rules) -> float:
    return profile.share(lambda text: bool(_KEY.fullmatch(text)))


def _date(profile: Profile, rules: Rules) -> float:
    def is_date(text: str) -> bool:
        said = read_date(text, rules.dates, may_be_open=True)
        return said.code != "date-not-understood"

    return profile.share(is_date)


def _moment(profile: Profile, rules: Rules) -> float:
    return profile.share(lambda text: read_moment(text, rules.dates).value is not None)


def _flag(profile: Profile, rules: Rules) -> float:
    return profile.share(lambda text: flag_value(text, rules.flags) is not None)


def _duration(profile: Profile, rules: Rules) -> float:
    def is_duration(text: str) -> bool:
        said = read_duration(text, rules.durations)
        return said.hours is not None or bool(said.candidates)

    return profile.share(is_duration)


def _address(profile: Profile, _: Rules) -> float:
    return profile.share(lambda text: "@" in text)


def _free_text(profile: Profile, rules: Rules) -> float:
    """Free text is neither dates nor keys."""
    return 1 - max(_date(profile, rules), _parent(profile, rules)) if profile.column.is_text else 0.0


_EXPECTED_OF: dict[str, Callable[[Profile, Rules], float]] = {  # column → what it holds, however it is read
    "is_archived": _flag,
    "archived_at": _moment,
}
_EXPECTED: dict[str, Callable[[Profile, Rules], float]] = {  # how a column is read → what it holds
    "key": _key,
    "parent": _parent,
    "date": _date,
    "end date": _date,
    "moment": _date,
    "flag": _flag,
    "duration": _duration,
    "copy": _free_text,
}
