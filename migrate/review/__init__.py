"""The reviewers' web page over the ledger: anomalies in groups, one decision for all equal texts.

    cells → groups, harm; decided_rows → ledger_view      what there is to decide, summarised once
    worklist, clusters, sampling, rows                    which of it a page shows
    impact → deciding → history                           what a decision changes, saving it, undoing it
    waiting                                               which decisions no run has applied yet, and where
    site, cards, shown, asked → *_pages, entrance         the pages
    sessions → guard → app → serving → opening            who may open them, and where

It reads and writes the ledger alone; v3's tables are the run's.
"""
