"""Frames of v3 into v3, and the ledger that says of every v2 row what became of it.

    adoption, taken_numbers → present                       who is who, and what is there
    known_rows, lookups, merge, parents, anomalies,
      anomaly_change → plan                                 what will be done
    apply, surviving, number_chains, triggers, counts       doing it, in one transaction
    refusals, refusal_words                                 rows that v3 does not take
    canonical, base, names, versions                        what values and rows are compared by
    runs, scope, batches, overview, known_cohorts           runs, batches and cohorts in the ledger
    holds, locks                                            who is alive, and who may go first
    target, indexes, ledger_key                             its tables, and what finds rows in them
    rollback, references, deletion                          taking back
    user_changes, own_columns                               what users have made of rows
    staging, short_waits                                    how keys reach the server; waits that are short
    strays, lost_schemes                                    what stands outside of every batch

Nobody else writes v3's rows.
"""
