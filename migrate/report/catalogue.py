"""The kind of anomaly of any code in the ledger, even one that the present rules lack."""

from migrate.rulebook.anomalies import AnomalyKind, Catalogue


def kind_of_code(catalogue: Catalogue, code: str) -> AnomalyKind:
    """Return the kind of a code; a stand-in with the code as its title for one that the rules lack."""
    if code in catalogue:
        return catalogue[code]
    return AnomalyKind(
        severity="warning",
        title=code,
        meaning="The present rules do not have this code.",
        reviewer="Run the migration again, so that the ledger speaks of the present rules.",
    )
