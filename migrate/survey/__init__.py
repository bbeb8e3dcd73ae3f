"""What is in a v2 before anyone migrates it: tables, texts that will not convert, a draft of the mapping."""
