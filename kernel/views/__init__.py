"""What leaves the house: pages of rows."""
