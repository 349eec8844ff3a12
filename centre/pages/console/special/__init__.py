"""What a page has of its own above its facts, where people work every day: which page has it, and what it is given."""
