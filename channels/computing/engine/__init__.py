"""Where data that stays is computed on: a process of its own with a locked engine, of which nothing but answers comes."""
