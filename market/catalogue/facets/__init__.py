"""How many products on the shelf have each value of each facet (分面计数), exact at once."""
