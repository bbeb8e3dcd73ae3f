"""Whom a run is about, as the ledger keeps it."""

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Scope:
    """Whom a run is about: everyone, some cohorts, or some members."""

    cohorts: tuple[str, ...] = ()
    members: tuple[str, ...] = ()

    @property
    def name(self) -> str | None:
        """The cohorts as the ledger shows them; None for all."""
        return ", ".join(self.cohorts) or None

    def overlaps(self, other: "Scope") -> bool:
        """Tell whether a member may be in both; lists of members may meet any cohort."""
        if not (self.cohorts and other.cohorts) or self.members or other.members:
            return True
        return bool(set(self.cohorts) & set(other.cohorts))

    def includes(self, cohort: str | None, member_id: str | None) -> bool:
        """Tell whether somebody of a cohort is in it; None for what belongs to no cohort or no member."""
        is_in_cohort = not self.cohorts or cohort in self.cohorts
        return is_in_cohort and (not self.members or member_id in self.members)

    def as_json(self, state: str) -> str:
        """Return the scope with the state of rules and decisions that it was asked for in."""
        return json.dumps({"cohorts": self.cohorts, "members": self.members, "state": state})

    @classmethod
    def from_json(cls, text: str) -> "Scope":
        """Read what `as_json` wrote."""
        parts = json.loads(text)
        return cls(tuple(parts.get("cohorts", ())), tuple(parts.get("members", ())))


def state_in(text: str) -> str:
    """Return the state that `Scope.as_json` was given."""
    return str(json.loads(text).get("state", ""))
