"""Where the data lies (`rules/`, `reports/`, `fixtures/`), in a checkout and in an installed wheel."""

from pathlib import Path

_SHIPPED = Path(__file__).parent / "_shipped"
_CHECKOUT = Path(__file__).parent.parent


def resource(name: str) -> Path:
    """Return the path of a data file or folder, named from the project's root (`rules/dates.yaml`)."""
    shipped = _SHIPPED / name
    return shipped if _SHIPPED.is_dir() else _CHECKOUT / name
