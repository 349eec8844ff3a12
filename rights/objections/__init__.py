"""Objections to a registration (异议): in its public notice and after it, to their conclusion or the court."""
