"""People at their browsers: what they fill in, the cookies they keep, and the device that answers for their passkey."""

import asyncio
import hashlib
import json
import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from socket import socket
from typing import Any

import cbor2
import httpx
import pyotp
import uvicorn
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from kernel.identity.models import Member
from tests.conftest import NOW
from tests.makers import application

EMAIL = "li@a.example"
PASSWORD = "correct horse battery"
SESSION = "__Host-liutong"
CHROMIUM = Path("/usr/bin/chromium")
HIDDEN = re.compile(r'<input type="hidden" name="(\w+)" value="([^"]*)">')


@dataclass
class Browser:
    """One browser with its own cookies."""

    http: httpx.AsyncClient

    async def get(self, path: str, **more: Any) -> httpx.Response:
        return await self.http.get(path, **more)

    async def submit(
        self, path: str, entered: dict[str, Any] | None = None, *, at: str | None = None
    ) -> httpx.Response:
        """Open a page and submit the form whose action is `path`, with what is hidden in it and what is entered."""
        page = await self.http.get(at or path)
        return await self.http.post(path, data=forms(page.text, path) | (entered or {}))

    @property
    def session(self) -> str | None:
        """The id of the session that the browser holds."""
        return self.http.cookies.get(SESSION)

    def carry(self, token: str, name: str = SESSION) -> "Browser":
        """Hold a cookie that nobody gave to this browser."""
        self.http.cookies.set(name, token, domain="liutong.test")
        return self

    async def sign_in(self, email: str, password: str = PASSWORD, **more: str) -> httpx.Response:
        entered = {"email": email, "password": password, **more}
        return await self.submit("/en/sign-in", entered)

    async def is_in(self) -> bool:
        return (await self.http.get("/en/account")).status_code == 200


def forms(html: str, action: str) -> dict[str, str]:
    """What is hidden in the form of a page that goes to an address."""
    part = re.search(rf'<form[^>]*action="{re.escape(action)}".*?</form>', html, re.DOTALL)
    assert part, html
    return {name: unescape(value) for name, value in HIDDEN.findall(part[0])}


@asynccontextmanager
async def browser(app: Any, **more: Any):
    transport = httpx.ASGITransport(app=app, raise_app_exceptions=False, **more)
    async with httpx.AsyncClient(transport=transport, base_url="https://liutong.test") as http:
        yield Browser(http)


@asynccontextmanager
async def chromium(app: Any, listening: socket) -> AsyncIterator[Any]:
    """A real browser, while the application is served at a socket."""
    from playwright.async_api import async_playwright

    server = uvicorn.Server(uvicorn.Config(app, lifespan="off", log_config=None, access_log=False))
    serving = asyncio.create_task(server._serve(sockets=[listening]))
    try:
        async with async_playwright() as playwright:
            opened = await playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
            yield opened
            await opened.close()
    finally:
        server.should_exit = True
        await serving


def code(secret: str, step: int = 0) -> str:
    """What an app shows at the tests' moment, or some steps of thirty seconds from it."""
    return pyotp.TOTP(secret).generate_otp(int(NOW.timestamp()) // 30 + step)


def secret_of(html: str) -> str:
    """The secret that a page shows for an app."""
    shown = re.search(r'<code title="([A-Z2-7]{32})">', html)
    assert shown, html
    return shown[1]


async def organisation(client: Any, operator: Any, email: str, role: str = "buyer", **over: Any) -> dict[str, Any]:
    """An admitted organisation with its first member; gives what its application was answered with."""
    member = {"name": "李四", "email": email, "password": PASSWORD}
    made = (await client.post("/v1/parties", application(role, member=member, **over))).json()
    decision = {"action": "admit", "reason": "materials"}
    assert (await operator.post(f"/v1/parties/{made['party']['id']}/admission", decision)).status_code == 200
    return made


async def member_id(session: Any, email: str) -> str:
    from sqlalchemy import select

    found = await session.scalar(select(Member.id).where(Member.email == email))
    assert found
    return str(found)


def _encoded(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


def _decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


@dataclass
class Device:
    """A device that makes a passkey and answers for it (WebAuthn level 3, ES256, without attestation)."""

    host: str = "liutong.test"
    origin: str = "https://liutong.test"
    credential: bytes = b"\x07" * 32
    key: Any = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    signed: int = 0

    def _client(self, kind: str, challenge: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": self.origin, "crossOrigin": False}).encode()

    def _authenticator(self, flags: int, rest: bytes = b"") -> bytes:
        return hashlib.sha256(self.host.encode()).digest() + bytes([flags]) + self.signed.to_bytes(4, "big") + rest

    @property
    def public(self) -> bytes:
        """The public half of the key (COSE)."""
        point = self.key.public_key().public_numbers()
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: point.x.to_bytes(32, "big"), -3: point.y.to_bytes(32, "big")})

    def register(self, options: str) -> str:
        """Answer to a challenge with a new key."""
        asked = json.loads(options)
        attested = b"\x00" * 16 + len(self.credential).to_bytes(2, "big") + self.credential + self.public
        statement = {"fmt": "none", "attStmt": {}, "authData": self._authenticator(0x45, attested)}
        response = {
            "clientDataJSON": _encoded(self._client("webauthn.create", asked["challenge"])),
            "attestationObject": _encoded(cbor2.dumps(statement)),
        }
        return self._answer(response)

    def answer(self, options: str) -> str:
        """Answer to a challenge with the key that was made."""
        self.signed += 1
        client = self._client("webauthn.get", json.loads(options)["challenge"])
        data = self._authenticator(0x05)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        response = {
            "clientDataJSON": _encoded(client),
            "authenticatorData": _encoded(data),
            "signature": _encoded(signature),
        }
        return self._answer(response)

    def _answer(self, response: dict[str, str]) -> str:
        identity = _encoded(self.credential)
        return json.dumps({"id": identity, "rawId": identity, "type": "public-key", "response": response})


def options_of(html: str) -> str:
    """The challenge that a page hands to the device."""
    shown = re.search(r'data-options="([^"]*)"', html)
    assert shown, html
    return unescape(shown[1])


async def with_app(opened: Browser) -> tuple[str, list[str]]:
    """Add an authenticator app; gives its secret and recovery codes."""
    page = await opened.get("/en/account/app")
    secret = secret_of(page.text)
    entered = forms(page.text, "/en/account/app") | {"code": code(secret)}
    shown = await opened.http.post("/en/account/app", data=entered)
    return secret, re.findall(r"<code>([A-Z2-9-]{19})</code>", shown.text)


async def with_passkey(opened: Browser) -> Device:
    """Add a passkey; gives the device that has it."""
    device = Device()
    page = await opened.get("/en/account/passkeys/new")
    entered = {"name": "Laptop", "passkey": device.register(options_of(page.text))}
    hidden = forms(page.text, "/en/account/passkeys/new")
    made = await opened.http.post("/en/account/passkeys/new", data=hidden | entered)
    assert made.status_code == 303, made.text
    return device


async def invited(key: Any, email: str, roles: list[str]) -> str:
    """The link by which somebody becomes a member, made by a party's key."""
    body = {"email": email, "name": "王五", "roles": roles, "administrator": False}
    made = await key.post("/v1/member-invitations", body)
    assert made.status_code == 201, made.text
    return made.json()["link"].partition("liutong.test")[2]
