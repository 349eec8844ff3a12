"""Ratings (评价): given by buyers who accepted a delivery, answered by providers, never deleted."""
