"""The benchmark of quality scoring: its data, its limits, its peers."""
