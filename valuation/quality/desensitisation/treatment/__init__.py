"""Treating the data itself: operators, one pass, the report, the process that does it."""
