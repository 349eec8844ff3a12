"""Where data that stays is computed on: a process of its own with a locked engine, and only answers come out."""
