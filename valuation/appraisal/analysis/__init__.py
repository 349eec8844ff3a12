"""Questions to a stored appraisal: how its value moves, and what it would be by other inputs or by drawn ones."""
