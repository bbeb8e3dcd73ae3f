"""Which engine a dialect of SQLAlchemy's is for, where two dialects are for one."""

from sqlalchemy import Dialect


def is_mariadb(dialect: Dialect) -> bool:
    """Tell whether an engine is MariaDB or MySQL, which read the same SQL."""
    return dialect.name in ("mysql", "mariadb")
