"""Booking the lines of statements (逐笔入账): what is known, whose it is, and where its money goes."""
