"""A run: batches of v2 rows, each extracted, transformed and loaded in one transaction.

checked_run → migration
        → batches, scheduling             a whole run: what stands around it, its batches in the ledger
workers → this_process, cluster           who works on them
batch → looking, prepared, comparing      one batch: is it as it was left, what is it to be, what would change
task, workplace, unchanged, accounts      what a batch is given, and what it finds out
passes → rehearsal, verification          `plan` and `verify`: the same batches, and nothing is written
rollback                                  taking back, which is a run as well
preflight, unknown_scope                  what keeps a run from beginning
attended, stop_requests, retry            how it is stopped and ends, what is tried again
decision_history                          what reviewers decided
"""
