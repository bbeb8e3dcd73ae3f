"""What a code of the ledger says; one that the present rules lack is shown, not dropped."""

from migrate.rulebook.anomalies import AnomalyKind, Catalogue


def kind_of_code(catalogue: Catalogue, code: str) -> AnomalyKind:
    """Return the kind of a code of the ledger."""
    if code in catalogue:
        return catalogue[code]
    return AnomalyKind(
        severity="warning",
        title=code,
        meaning="The present rules do not have this code.",
        reviewer="Run the migration again, so that the ledger speaks of the present rules.",
    )
