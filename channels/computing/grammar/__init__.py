"""The queries that a buyer may ask of data that stays: one table, dimensions, and aggregates; read from SQL."""
