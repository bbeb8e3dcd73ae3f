"""What each session with PostgreSQL is told first, whatever the settings of server, database and account."""

SETTINGS = (
    "SET client_encoding = 'UTF8'",
    "SET datestyle = 'ISO, YMD'",  # SQL, MDY writes the 4th of March as 03/04: the 3rd of April
    "SET intervalstyle = 'postgres'",
    "SET standard_conforming_strings = on",  # or a backslash in a cohort's name is none
    # a batch is a few thousand of millions: without this the ledger is scanned for each
    "SET random_page_cost = 1.1",
)
