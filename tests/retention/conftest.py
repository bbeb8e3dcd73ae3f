"""A v3 into which a small v2 was migrated, on each engine."""

from tests.check.conftest import migrated, v2_file

__all__ = ["migrated", "v2_file"]
