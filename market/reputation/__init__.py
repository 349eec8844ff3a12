"""What buyers said of what they received, and the figures that are published of it (信誉)."""
