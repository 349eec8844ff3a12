"""What a page has of its own above the facts, where people work every day."""
