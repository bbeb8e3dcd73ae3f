"""Empty databases on every engine, for tests of what stands before and after a run."""

from tests.servers import ENGINES, as_user, execute, opened
from tests.servers import new_database as empty_database

__all__ = ["ENGINES", "as_user", "empty_database", "execute", "opened"]
