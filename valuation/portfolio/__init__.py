"""Portfolios (资产组合): many assets in one run, what they share counted once, and what changed since the last run."""
