"""Commands about what was delivered."""
