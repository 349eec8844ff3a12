"""Living data on the market: listings that go on with each update, and the buyers whom each update reaches."""
