"""Formats on demand (按需格式): a delivered table as CSV, JSON Lines, Parquet or XLSX, converted for one order."""
