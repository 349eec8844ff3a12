"""Counting sets of places."""
