"""A v3 into which a small v2 was migrated, on each engine."""

from tests.check.conftest import database_url, migrated, v2_file

__all__ = ["database_url", "migrated", "v2_file"]
