"""HTTP: how errors, keys, limits and sessions meet the wire; nothing outside this folder knows HTTP errors."""
