"""The two ends of the money in the story: the bank and the provider."""
