"""A contract as text: one structure of blocks, and the forms in which people read it."""
