"""The sections of a report, in the order of the report standard."""
