"""The commands of the market, which are the client's."""
