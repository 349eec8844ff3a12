"""Benchmarks against the limit: peer and we in turn within one run, ratios first, and what eats the rest."""
