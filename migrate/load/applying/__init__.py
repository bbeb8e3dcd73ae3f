"""Writes a LoadPlan, in one transaction with its ledger.

apply                                   v3's rows, ledger rows and anomalies
surviving, number_chains                which rows arrive where v3's database refuses one
refusals, refusal_words                 the refused ones, and what is said of them
alterations                             refuses a v3 that alters what was written
counts                                  what the batch did, in numbers
"""
