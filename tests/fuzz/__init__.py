"""Mutated contracts and files against the real reader and scorer, in a process with limits: `python -m tests.fuzz`.

What is found becomes a test of its own under tests/valuation/quality before it is mended.
"""
