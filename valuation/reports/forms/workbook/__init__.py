"""The report as a spreadsheet whose formulas compute the same value again."""
