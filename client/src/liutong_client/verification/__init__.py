"""Checking offline what the centre issued, by published standards alone and with no word of the centre's own code."""
