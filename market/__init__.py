"""Where data circulates: listings, orders, money, delivery, settlement."""
