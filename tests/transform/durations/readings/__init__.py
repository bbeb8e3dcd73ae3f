"""What texts are to be read as, by what is hard about them: text, hours ('' for blank), code."""
