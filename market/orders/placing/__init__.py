"""Placing orders by one statement: the statement, and the gatherer of what arrives together."""
