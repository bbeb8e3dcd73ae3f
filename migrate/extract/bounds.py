"""Which rows of v2 a batch is made of; kept in the ledger, so that a run can be resumed."""

import json
from dataclasses import asdict, dataclass
from typing import Literal

Kind = Literal["schemes", "members", "departed", "orphans"]


@dataclass(frozen=True)
class Bounds:
    """The rows of one batch.

    `members` are those whose key lies from first to last, in v2's own order, or those named; `orphans` are
    rows of one table, likewise; `departed` are rows of a table that the ledger knows and v2 no longer has.
    """

    kind: Kind
    first: str | None = None
    last: str | None = None
    table: str | None = None
    members: tuple[str, ...] = ()
    waited: bool = False
    """Whether these are the members that other batches of the run left out. They may be all the members of
    one such batch; this tells the two apart."""

    def as_json(self) -> str:
        """Return the bounds as the ledger keeps them."""
        return json.dumps({key: value for key, value in asdict(self).items() if value})

    @classmethod
    def from_json(cls, text: str) -> "Bounds":
        """Read what `as_json` wrote."""
        parts = json.loads(text)
        return cls(**{**parts, "members": tuple(parts.get("members", ()))})
