"""great-expectations, kept quiet: no telemetry, no files, no progress bars; over this project's own engines.

Its import takes seconds, so nothing imports this module before a suite is run.
"""

import logging
import os
import re
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, Select, TextClause, event, text
from sqlalchemy.engine import Dialect

os.environ["GX_ANALYTICS_ENABLED"] = "false"
with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    import great_expectations
    from great_expectations import execution_engine

from migrate.databases import open_source_engine
from migrate.databases.delimited import text_of

gx: Any = great_expectations
execution_engines: Any = execution_engine

logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
_LONE_COLON = re.compile(r"(?<![:\w\\]):(?=\w)")
_RESULT_FORMAT = {"result_format": "SUMMARY", "return_unexpected_index_query": False}
"""Without a query to show: one that is put together takes a ? in a name for a parameter."""

Question = tuple[str, str, Sequence[Any]]
"""A name for some rows, the SQL that selects them, and what is expected of them."""


class GreatSuite:
    """A suite that runs in memory."""

    def __init__(self, name: str, engine: Engine) -> None:
        self._name = name
        self._context = gx.get_context(mode="ephemeral")
        self._context.enable_analytics(False)
        self._context.variables.progress_bars = {"globally": False}
        self.engine = _readied(engine)
        self._source = _source(self._context, name, self.engine)
        self._plain: set[str] = set()
        event.listen(self.engine, "before_execute", self._probe, retval=True)

    def ask(self, question: Question) -> list[Any]:
        """Return what came of the expectations on some rows, in their order."""
        name, sql, expectations = question
        self._plain.add(text(sql).text)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            asset = self._source.add_query_asset(name=name, query=sql)
            suite = gx.ExpectationSuite(name=f"{self._name}: {name}", expectations=list(expectations))
            definition = gx.ValidationDefinition(
                name=suite.name,
                data=asset.add_batch_definition_whole_table("all"),
                suite=self._context.suites.add(suite),
            )
            self._context.validation_definitions.add(definition)
            return list(definition.run(result_format=_RESULT_FORMAT).results)

    def write_data_docs(self, folder: Path) -> None:
        """Write what came of everything asked as a small web site."""
        site: Any = {
            "class_name": "SiteBuilder",
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder"},
            "store_backend": {
                "class_name": "TupleFilesystemStoreBackend",
                "base_directory": str(folder.resolve()),
            },
        }
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            self._context.add_data_docs_site(site_name="suite", site_config=site)
            self._context.build_data_docs(site_names=["suite"])

    def close(self) -> None:
        """Give the connections back."""
        event.remove(self.engine, "before_execute", self._probe)
        self._source._execution_engine.close()
        self.engine.dispose()

    def _probe(
        self, _: Connection, statement: Any, many: Any, parameters: Any, __: Any
    ) -> tuple[Any, Any, Any]:
        """Let one row do where great-expectations asks for a whole table to learn its columns' names."""
        if isinstance(statement, TextClause) and statement.text in self._plain:
            statement = text(f"SELECT * FROM ({statement.text}) AS probed LIMIT 1")  # noqa: S608  # our own
        return statement, many, parameters


def sql_of(statement: Select[Any], dialect: Dialect) -> str:
    """Return a statement as text with its values in it; a colon in one of them is no parameter."""
    compiled = statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True})
    return _LONE_COLON.sub(r"\\:", str(compiled))


def _source(context: Any, name: str, engine: Engine) -> Any:
    """Return a data source that works through the engine as it is: read-only, its password kept out of sight.

    great-expectations opens an engine from a URL: it is given that of an empty SQLite, and its engine is then
    exchanged for ours.
    """
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        source = context.data_sources.add_sql(name=name, connection_string="sqlite://")
        source.get_execution_engine().close()
        source.get_engine().dispose()
        source._engine = engine
        source._execution_engine = execution_engines.SqlAlchemyExecutionEngine(
            engine=engine, create_temp_table=False
        )
    return source


def _readied(engine: Engine) -> Engine:
    """Return an engine of its own for SQLite, with split_part; the others have it or the like of it.

    Texts that are no UTF-8, which SQLite stores as they come, are read as the migration reads them.
    """
    if engine.dialect.name != "sqlite":
        return engine
    own = open_source_engine(engine.url.render_as_string(hide_password=False))

    @event.listens_for(own, "connect")
    def _teach(connection: Any, _: object) -> None:
        connection.create_function("split_part", 3, _split_part, deterministic=True)
        connection.text_factory = text_of

    own.dispose()
    return own


def _split_part(text: str | None, separator: str, place: int) -> str | None:
    parts = [] if text is None else text.split(separator)
    return parts[place - 1] if place <= len(parts) else None


__all__ = ["GreatSuite", "gx", "sql_of"]
