"""Prepaid balances (预付余额): what parties have paid in advance, and what their uses hold of it."""
