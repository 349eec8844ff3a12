"""Sketches of tables: keyed hashes by which copies are recognised, without anything of the content itself."""
