"""Delivering an order in parts (分批交付): the plan that both sides agree on, and the parts that come of it."""
