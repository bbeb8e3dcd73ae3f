"""The ledger as people read it: the report, explanations, notices. Nothing here writes v3's tables."""
