"""Valuing files without a server: examples, one input file at a time, and what two rule sets hold differently."""
