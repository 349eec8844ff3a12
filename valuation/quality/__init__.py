"""Quality: one declared contract, one pass over the data, a score that leads back to every row it counts."""
