"""What reviewers decided: appended, never changed; the newest on a subject holds.

decision → check → kinds    what a decision is, and what may be decided
record, csv_exchange        into the ledger and back, and through a file
unmet                       on which rows that no run has met
holding, seen, applied      which one holds, whether v2 still has the text seen, which ones a run knew
"""
