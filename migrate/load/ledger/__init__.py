"""Runs, and the tables that they write.

runs, scope, batches, overview, known_cohorts       runs, batches and cohorts in the ledger
holds, locks, short_waits                           who is alive, who may go first, waits that are short
target, indexes, ledger_key                         making the tables, and what finds rows in them
"""
