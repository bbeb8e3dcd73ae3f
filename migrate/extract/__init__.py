"""v2 → frames of text: from a database, or from a folder of exports.

source → snapshot                          v2, opened; one consistent view of it
bounds, keys, member_selects, orphans      which rows are a batch, and how they are asked for
tables → described                         v2's tables by their canonical names
textless                                   whether a column can be had as text
rights, unmapped, unique_keys              what may be read, what has no fate, whether keys stand once
shared_numbers                             which members have one membership number
folder → export_files, staging             a folder of exports, copied into a private SQLite file
csv_exports, spreadsheets, parquet_exports what is in the files
"""

from migrate.extract.source import V2Source, open_source

__all__ = ["V2Source", "open_source"]
