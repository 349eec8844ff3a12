"""What the pages of a trade have of their own: orders, agreements, signing, payments and negotiations."""
