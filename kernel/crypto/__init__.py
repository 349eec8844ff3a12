"""Canonical bytes, signatures and seals, and the issuer that makes them."""
