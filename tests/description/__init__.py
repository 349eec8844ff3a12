"""The description of the API before others' tools: generated requests, and a generated client."""
