"""Numbers without gaps: one counter for each series and year, advanced in the transaction that issues (连续编号)."""
