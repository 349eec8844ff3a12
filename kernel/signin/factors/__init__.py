"""What a member shows besides a password, or instead of it."""
