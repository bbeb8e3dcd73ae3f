"""Notices: what each member's record gained, lost or needs looked at, told to that member alone.

read → holdings, remarks → record   what v3 and the ledger hold of each member
compose → jobs, words               what of it the member is told
issue                               pages and CSV, and the mark of what was issued
"""
