"""What a batch needs to be worked on: v2, v3 and rules, opened once a process."""

from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from pathlib import Path

from sqlalchemy import Engine

from migrate.databases import open_reading_engine, open_target_engine
from migrate.extract import V2Source, open_source
from migrate.load.ledger.scope import Scope
from migrate.load.names import V2Names
from migrate.rulebook import Rules, load_rules


@dataclass(frozen=True)
class Workplace:
    """Where the work is done; plain values, so that it can be sent to another process."""

    source_url: str
    target_url: str
    scope: Scope
    rules_folder: Path | None = None
    duplicates: dict[str, str] = field(default_factory=dict)
    """member_id → the lower member_id that has the same membership number."""
    own_numbers: tuple[str, ...] | None = field(default=None, repr=False)
    """Membership numbers of the accounts that were opened in v3 before the run began; None where they are too
    many to list. Kept out of the repr, which a worker may log: they are personal data."""

    lost_schemes: tuple[str, ...] = ()
    """v3 ids of the schemes that its users had deleted before the run began."""

    @property
    def source(self) -> V2Source:
        """v2."""
        return _source(self.source_url, self.rules_folder)

    @property
    def target(self) -> Engine:
        """v3."""
        return _target(self.target_url)

    @property
    def reading(self) -> Engine:
        """v3 as it is read beside the transaction that writes it."""
        return _reading(self.target_url)

    @property
    def rules(self) -> Rules:
        """Every rule."""
        return _rules(self.rules_folder)

    @cached_property
    def names(self) -> V2Names:
        """v3's names in v2."""
        return V2Names(self.rules.mapping)


@lru_cache(maxsize=4)
def _source(url: str, rules_folder: Path | None) -> V2Source:
    return open_source(url, _rules(rules_folder).mapping)


@lru_cache(maxsize=4)
def _target(url: str) -> Engine:
    return open_target_engine(url)


@lru_cache(maxsize=4)
def _reading(url: str) -> Engine:
    return open_reading_engine(url)


@lru_cache(maxsize=4)
def _rules(folder: Path | None) -> Rules:
    return load_rules(folder)
