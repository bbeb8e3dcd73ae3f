"""The reviewers' web page over the ledger: anomalies in groups, one decision for all equal texts.

    cells → groups, harm; decided_rows → ledger_view      what there is to decide, summarised once
    worklist, clusters, sampling, rows, cards             what of it a page shows, and may be decided
    impact → deciding, together → history                 what a decision changes, saving it, undoing it
    waiting                                               which decisions no run has applied yet, and where
    sessions                                              who may open the pages
    pages                                                 a module for each page or few: request to response
    server                                                addresses, access, and where the server listens

It reads and writes the ledger alone; v3's tables are the run's.
"""
