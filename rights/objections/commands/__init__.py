"""Raising objections, answering them, and concluding them; a case stands still meanwhile."""
