"""Pieces of the market's migration, one for each slice."""
