"""Where two tables are joined by keyed digests: in a process of its own, in whose engine no identifier lies."""
