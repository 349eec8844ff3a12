"""Passwords of members: which are refused, and how they are kept."""
