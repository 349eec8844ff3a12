"""Differential privacy (差分隐私) on integers: noise, thresholds, and what a query may tell of one unit; pure."""
