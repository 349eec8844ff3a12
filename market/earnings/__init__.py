"""What an asset earned, year by year, beside what it was valued at (收益与估值对照)."""
