"""Steps of stories about title, through HTTP."""

from typing import Any

import httpx

from kernel.time.clock import FixedClock
from tests.conftest import As, Client
from tests.rights import story


def terms(to: str | None = None, **over: Any) -> dict[str, Any]:
    """An ordinary licence to use in Inner Mongolia for a year; to everybody unless told to whom."""
    return {
        "rights": ["USE"],
        "purposes": ["risk-control"],
        "territory": ["CN-15"],
        "starts": "2027-01-01",
        "ends": "2028-01-01",
        "recipients": ["anyone" if to is None else f"party:{to}"],
        "environments": ["any"],
        **over,
    }


def onward(depth: int = 1, **over: Any) -> dict[str, Any]:
    """A licence that may be passed on."""
    return terms(rights=["USE", "OPERATE"], depth=depth, **over)


async def titled(as_: As, clock: FixedClock, content: bytes = b"a,b\n1,2\n", provider: str = "") -> str:
    """An asset with a certificate in force, of the provider of that name; gives its id."""
    case = await story.certified(as_, clock, content, provider=provider)
    found: str = case["asset_id"]
    return found


async def grant(holder: Client, asset: str, to: Client, given: dict[str, Any], **more: Any) -> httpx.Response:
    """Ask for a grant."""
    return await holder.post(f"/v1/assets/{asset}/grants", {"grantee_id": to.party, "terms": given, **more})


async def granted(holder: Client, asset: str, to: Client, given: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Grant, and expect it."""
    answer = await grant(holder, asset, to, given, **more)
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def check(who: Client, asset: str, act: str, wanted: dict[str, Any], **more: Any) -> dict[str, Any]:
    """Ask whether something is within a title."""
    answer = await who.post(f"/v1/assets/{asset}/title/check", {"act": act, "wanted": wanted, **more})
    assert answer.status_code == 200, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def remark(registrar: Client, asset: str, kind: str, **more: Any) -> dict[str, Any]:
    """Enter a remark."""
    body = {"kind": kind, "basis": "（2027）内01民初1号", **more}
    answer = await registrar.post(f"/v1/assets/{asset}/remarks", body)
    assert answer.status_code == 201, answer.text
    view: dict[str, Any] = answer.json()
    return view


async def release(registrar: Client, remark_id: str) -> httpx.Response:
    """Take a remark off."""
    return await registrar.post(f"/v1/remarks/{remark_id}/release", {"basis": "解除通知书"})
