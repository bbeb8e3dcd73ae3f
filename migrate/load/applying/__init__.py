"""Writes a LoadPlan, in one transaction with its ledger.

apply                                   v3's rows, ledger rows and anomalies
taken_values                            v3's rows in which v3 takes a value of v2's
surviving, number_chains                which rows arrive where v3's database refuses one
refusals, refusal_words                 the refused ones, and what is said of them
alterations                             refuses a v3 that alters what was written
counts, touched_again                   what the batch did, in numbers; which rows it did twice
"""
