"""Files as commands write and read them: whole or not there, CSV that no spreadsheet runs, plain JSON."""
