"""What a batch is to write, decided before anything is written.

adoption, taken_numbers                         who is who: accounts and membership numbers
known_rows, lookups                             what the ledger knows, and what is asked only of what differs
merge, parents                                  the three-way merge, and rows whose parent does not arrive
anomalies, anomaly_change                       what is told of the batch, and what of it is new
plan                                            all of it as one LoadPlan
"""
