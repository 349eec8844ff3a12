"""The Dataspace Protocol 2025-1: members as participants that any connector may negotiate with and fetch from."""
