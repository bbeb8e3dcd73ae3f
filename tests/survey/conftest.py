"""An empty database of each engine."""

from tests.check.conftest import database_url

__all__ = ["database_url"]
