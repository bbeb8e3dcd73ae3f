"""Frames of v3 into v3, and the ledger that says of every v2 row what became of it.

    present → planning → applying          a batch: what is there, what will be done, doing it
    rollback                               taking back
    ledger                                 runs, holds and the ledger's tables
    canonical, base, names, versions       what values and rows are compared by
    staging, deletion                      how keys reach the server, and what they delete
    strays, lost_schemes                   what stands outside of every batch

Nobody else writes v3's rows.
"""
