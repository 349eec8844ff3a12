"""Data assets and their immutable revisions: what a right, a score, a value and a listing are about."""
