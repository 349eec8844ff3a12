"""Placing orders by one statement: the statement, the gatherer of what arrives together, and the door in front."""
