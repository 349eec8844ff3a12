"""Buying from several providers at once: a cart (购物车), priced live and placed as one purchase."""
