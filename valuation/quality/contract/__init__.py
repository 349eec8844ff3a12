"""What a data contract promises: ODCS documents read, written and drafted from data."""
