"""great-expectations, kept quiet: no telemetry, no files, no progress bars; over this project's own engines.

Its import takes seconds, so nothing imports this module before a suite is run.
"""

import codecs
import logging
import os
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
from migrate.databases.octets import text_of
from migrate.schema.storable import written_out

gx: Any = great_expectations
execution_engines: Any = execution_engine

logging.getLogger("great_expectations").setLevel(logging.CRITICAL)
_STAND_INS = {"%": "\ufdd0", ":": "\ufdd1"}
"""Two code points that are no characters, for signs that `text` alters or takes for the start of a parameter.

great-expectations makes a `text` of a statement and another of that one's, and each would alter them again.
"""
_SIGNS = {ord(stand_in): sign for sign, stand_in in _STAND_INS.items()}
_ANY_UTF_8 = "career_migrate_any_utf_8"
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
        event.listen(self.engine, "before_cursor_execute", _with_signs, retval=True)

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
        for page in folder.rglob("*.html"):
            page.write_text(page.read_text(encoding="utf-8").translate(_SIGNS), encoding="utf-8")

    def close(self) -> None:
        """Give the connections back."""
        event.remove(self.engine, "before_execute", self._probe)
        event.remove(self.engine, "before_cursor_execute", _with_signs)
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
    """Return a statement with its values and stand-ins in it, to be asked through a `GreatSuite`."""
    compiled = str(statement.compile(dialect=dialect, compile_kwargs={"literal_binds": True}))
    compiled = compiled.replace(_percent(dialect), "%")
    return compiled.translate({ord(sign): stand_in for sign, stand_in in _STAND_INS.items()})


def _with_signs(
    connection: Connection, _: Any, statement: str, parameters: Any, __: Any, ___: bool
) -> tuple[str, Any]:
    """Put the signs themselves back, as the driver takes them."""
    return statement.translate(_SIGNS | {ord(_STAND_INS["%"]): _percent(connection.dialect)}), parameters


def _percent(dialect: Dialect) -> str:
    return "%%" if dialect.paramstyle in ("format", "pyformat") else "%"


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
    """Return an engine of its own where the driver cannot give every text that v2 may hold.

    SQLite stores bytes as they come, MariaDB half of a letter's two surrogates. SQLite is also taught
    split_part: the others have it or the like of it.
    """
    teach = _TEACHERS.get(engine.dialect.name)
    if teach is None:
        return engine
    own = open_source_engine(engine.url.render_as_string(hide_password=False))
    event.listen(own, "connect", teach)
    own.dispose()
    return own


def _teach_sqlite(connection: Any, _: object) -> None:
    connection.create_function("split_part", 3, _split_part, deterministic=True)
    connection.text_factory = _shown


def _teach_mariadb(connection: Any, _: object) -> None:
    connection.encoding = _ANY_UTF_8  # PyMySQL has no other place to say how texts are read


_TEACHERS = {"sqlite": _teach_sqlite, "mariadb": _teach_mariadb, "mysql": _teach_mariadb}


def _shown(octets: bytes) -> str:
    """Return a text as it is read, with what v3 cannot store written out."""
    return written_out(text_of(octets))


def _find_codec(name: str) -> codecs.CodecInfo | None:
    def decode(octets: Any, _: str = "strict") -> tuple[str, int]:
        return _shown(bytes(octets)), len(octets)

    return codecs.CodecInfo(codecs.utf_8_encode, decode, name=name) if name == _ANY_UTF_8 else None


codecs.register(_find_codec)


def _split_part(text: str | None, separator: str, place: int) -> str | None:
    parts = [] if text is None else text.split(separator)
    return parts[place - 1] if place <= len(parts) else None


__all__ = ["GreatSuite", "gx", "sql_of"]
