"""The reviewers' web page over the ledger: anomalies in groups, one decision for all equal texts.

    cells → groups → facets, harm, clusters, sampling     what there is to decide, summarised once
    impact → deciding → history                           what a decision changes, saving it, undoing it
    sessions → guard → pages → app → serving              the page itself

It reads and writes the ledger alone; v3's tables are the run's.
"""
