"""Pure rules of what papers say: tax contained in prices, its lines, and amounts in capitals."""
