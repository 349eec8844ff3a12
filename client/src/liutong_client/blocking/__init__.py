"""The client for asyncio.

Generated from the twin for asyncio by `python -m release.client`: never edited.
"""
