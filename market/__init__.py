"""Where data circulates: listings, orders, money, delivery; and the app, worker and command line."""
