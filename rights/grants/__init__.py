"""The grant algebra: what a right in data reaches, as a box, and whether one box lies within another."""
