"""Matching a want against the shelf: the few listings that an index finds, and their explained scores."""
