"""Expressions in a contract: SQL predicates and aggregates through a whitelist, patterns, moments."""
