"""What reaches buyers through channels: pages of a table, shares, calls of an interface."""
