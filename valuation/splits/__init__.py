"""Splits: the value of a pooled asset divided among its contributors, as a document that all of them hold."""
