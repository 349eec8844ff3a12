"""The database schema, one linear history."""
