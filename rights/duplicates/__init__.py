"""Is this data already somebody's? Keyed sketches of tables, compared without showing either table (重复登记检测)."""
