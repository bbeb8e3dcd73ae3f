"""The catalogue of anomaly codes as readers of it need it (`rules/anomalies.yaml`)."""

from functools import lru_cache
from pathlib import Path
from typing import Literal

from pydantic import RootModel

from migrate.resources import resource
from migrate.rulebook.yaml_file import RuleModel, read_rules


class AnomalyKind(RuleModel):
    """What a code means and what to do about it."""

    severity: Literal["info", "warning", "error"]
    title: str
    meaning: str
    reviewer: str
    member: str | None = None
    """Plain words for the member, where they can do something about it."""


class Catalogue(RootModel[dict[str, AnomalyKind]]):
    """Every code and its kind."""

    def kind(self, code: str) -> AnomalyKind:
        """Return the kind of a code; one that the rules no longer have is shown, not dropped."""
        return self.root.get(code) or AnomalyKind(
            severity="warning",
            title=code,
            meaning="The rules no longer have this code.",
            reviewer="Run the migration again, so that the ledger speaks of the present rules.",
        )


@lru_cache(maxsize=4)
def load_catalogue(path: Path | None = None) -> Catalogue:
    """Read the catalogue; raises ConfigurationError that names file, line and key of whatever is wrong."""
    return read_rules(path or resource("rules/anomalies.yaml"), Catalogue)
