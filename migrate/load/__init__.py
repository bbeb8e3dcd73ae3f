"""Frames of v3 into v3, and the ledger that says of every v2 row what became of it.

    adoption, taken_numbers → present                       who is who, and what is there
    merge, parents, anomalies → plan → counts               what will be done
    apply, refusals, refusal_words, number_chains           doing it, in one transaction
    canonical, base, names, versions                        what values and rows are compared by
    runs, scope, batches, overview, known_cohorts           the ledger's books
    holds, locks                                            who is alive, and who may go first
    target, indexes, ledger_key                             its tables, and what finds rows in them
    rollback, references, deletion                          taking back
    staging, short_waits                                    how keys reach the server; waits that are short
    strays, lost_schemes                                    what stands outside of every batch

Nobody else writes v3's rows.
"""
