"""Permitted incomes of authorised public data (准许收入): what was decided, and what was earned each year."""
