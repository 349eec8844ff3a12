"""What of each table is licensed: columns and rows, where a licence is not of the whole."""
