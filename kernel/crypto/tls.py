"""Whom we trust when we call others by https."""

import ssl
from functools import cache


@cache
def trusted() -> ssl.SSLContext:
    """The authorities that this machine trusts; read once, since reading them holds the event loop for tens of ms."""
    return ssl.create_default_context()
