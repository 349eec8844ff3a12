"""The case as an arbitral body or a court gets it: gathered once, signed, verified with nothing but trusted keys."""
