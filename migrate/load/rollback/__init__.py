"""Takes back what a run or a cohort brought.

rollback                                which rows go, which stay
user_changes, own_columns               what users have made of them
references                              what hangs on them
"""
