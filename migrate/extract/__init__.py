"""v2 → frames of text: from a database, or from a folder of exports."""

from migrate.extract.source import Source, open_source

__all__ = ["Source", "open_source"]
