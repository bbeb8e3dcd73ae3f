"""The one place that names columns: v2, v3 and the ledger as SQLAlchemy metadata, and the frames between.

v2, v3, ledger → types, bytewise     the tables, and what their columns are on each engine
frames → arrow                       what passes from stage to stage, and columns of text in Arrow
addresses, amounts,
  membership_numbers                 which texts are an address, an amount, a membership number
moments                              this moment, as the ledger keeps it
storable                             which characters no v3 database can hold, and how they are shown
reasons                              why rows and values did not arrive, by the ledger's names
"""
