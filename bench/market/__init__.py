"""Timings of the market: orders, entitlements, search, the catalogue, prices and bills."""
