"""What a page that has a part of its own is given, and what it gives."""
