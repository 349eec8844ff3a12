"""Statistics: what the registers count, month by month, for everybody."""
