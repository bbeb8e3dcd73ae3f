"""Notices: each member is told what changed in their record and what they should check.

read → holdings, remarks → record   what v3 and the ledger hold of each member
values                              what a value of v3's says, whatever a database has in its place
compose → jobs, words               which of it the member is told, and how
issue                               writes pages and CSV, and records what was issued
"""
