"""Obligations (履约义务): who owes what by when under an agreement, what proves it, and what follows from a breach."""
