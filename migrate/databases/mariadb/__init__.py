"""MariaDB and MySQL: LOAD DATA in, one CSV text out.

paths               their bulk paths
load, hashes        rows in; the hash of rows, made by the server or here
"""
