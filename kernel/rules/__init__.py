"""Dated policy files and the published rulebook."""
