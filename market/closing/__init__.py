"""Closing the books of a month (月结): checks with figures, a digest that stays, corrections."""
