"""Appraisal: a value whose every digit follows from stated inputs, a dated rule set and its own trace."""
