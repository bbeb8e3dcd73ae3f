"""PostgreSQL: COPY in and out.

paths               its bulk paths
binary, literal     frames as binary COPY; SELECTs with their values in them
session, snapshot   what a session is told first; snapshots read through ADBC
"""
