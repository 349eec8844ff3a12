"""Verification without an account: the offline checks of `liutong verify`, as a page and as an endpoint."""
