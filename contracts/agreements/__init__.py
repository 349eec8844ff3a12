"""Agreements: a text in two languages and a policy for machines, one digest of both, and both parties' signatures."""
