"""What is in a v2 before anyone migrates it: tables, texts that will not convert, a draft of the mapping.

inspection → found, texts        its tables, and how its texts will read
             null_marks          words that an export wrote for no value
             search_path         how tables of other schemas are found
draft_file → draft → likeness    which table and column is most like each canonical one
"""
