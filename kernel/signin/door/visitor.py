"""Who is at the door before anybody knows who it is: address, browser, and the moment by clocks outside."""

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from urllib.parse import urlsplit

import asyncpg
from litestar.connection import ASGIConnection
from litestar.datastructures import Cookie
from litestar.types import Scope

from kernel.http.addresses import caller
from kernel.runtime import Runtime
from kernel.settings import Settings
from kernel.time.clock import outside

AGENT_LENGTH_MAX: Final = 200
TOKEN: Final = re.compile(r"[A-Za-z0-9_-]{43}")
"""Thirty-two random bytes as the cookie or the link holds them."""

_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class Visitor:
    """Where an attempt to sign in comes from; it is counted through `pool`, whatever becomes of it."""

    address: str
    agent: str
    outside_at: datetime
    pool: asyncpg.Pool


def visitor_of(scope: Scope, runtime: Runtime) -> Visitor:
    """The visitor behind a request."""
    agent = next((value for name, value in scope["headers"] if name == b"user-agent"), b"").decode("latin-1")
    printable = "".join(letter for letter in agent if letter.isprintable())[:AGENT_LENGTH_MAX]
    address = caller(scope, runtime.settings.trusted_proxies)
    return Visitor(address, printable, outside(runtime.clock), runtime.pool)


def session_cookie(settings: Settings) -> str:
    """What the cookie of a session is called: with the prefix by which browsers keep it to this host and https."""
    return cookie_name(settings, "liutong")


def stage_cookie(settings: Settings) -> str:
    """What the cookie of a step of signing in is called."""
    return f"{session_cookie(settings)}-step"


def cookie_name(settings: Settings, plain: str) -> str:
    """The name of a cookie of ours: a browser keeps `__Host-` to this host and to https, and lets loopback pass."""
    return f"__Host-{plain}" if is_secure(settings) else plain


def cookie(settings: Settings, name: str, token: str, seconds: int | None = None) -> Cookie:
    """A cookie for one host, that no script reads and no other site's form sends along."""
    return Cookie(
        name, value=token, path="/", secure=is_secure(settings), httponly=True, samesite="lax", max_age=seconds
    )


def token_in(scope: Scope, name: str) -> str | None:
    """The token that a cookie of the request holds, where it has the shape of one."""
    token = ASGIConnection[Any, Any, Any, Any](scope).cookies.get(name, "")
    return token if TOKEN.fullmatch(token) else None


def is_secure(settings: Settings) -> bool:
    """Whether browsers keep a cookie that is for https only: they do on https, and on the machine itself."""
    parts = urlsplit(settings.public_url)
    return parts.scheme == "https" or parts.hostname in _LOOPBACK
