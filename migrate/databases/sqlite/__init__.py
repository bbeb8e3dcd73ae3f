"""SQLite, the embedded default.

paths                       its bulk paths
inserts, scratch            a few rows in by INSERTs, many by way of a scratch file
json_lines                  rows out
url, missing_file           what its URL must be; a file that is not there yet
"""
