"""Contract negotiations, on either side: what comes in, what is sent, and the agreement that comes of it."""
