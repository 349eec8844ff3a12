"""What the benchmark of duplicates works on: real tables, and the ways in which copies of them arrive."""
