"""Bids: open ones in the order of the database's clock, sealed ones committed to and revealed."""
