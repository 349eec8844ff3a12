"""From promises to counts: Pandera's checks compiled into one pass on whatever engine holds the data."""
