"""Pages of agreements and amendments, of signatures and of the keys by which they are made."""

import re
from collections.abc import Mapping
from typing import Any, Final

from centre.pages.console.special.drawn import Button, Drawn, Viewing
from centre.pages.console.trade import timeline
from kernel.crypto import canonical
from kernel.text import Text

HEADING: Final = re.compile(r"\n\n(?=第\s*[0-9一二三四五六七八九十百]+\s*条|Article [0-9]+)")
"""Where an article of a contract's text begins."""
UNSIGNED: Final = frozenset({"drafted", "signed_by_one", "proposed"})


async def agreement(asked: Viewing) -> Drawn:
    """An agreement: its text by articles, what its amendments changed, its signatures, and whose turn it is."""
    told = asked.told
    ids = {"agreement_id": told["id"]}
    names = names_of(told["content"])
    amendments = await asked.read("list_amendments", ids) if told["amendments"] else None
    changed = (amendments or {}).get("items", [])
    return Drawn(
        "console/trade/agreement.html",
        {
            **_signing(asked, told, names, ids, "sign_agreement", "decline_agreement"),
            "subject": (told["content"] or {}).get("subject"),
            "articles": articles(told["content"]),
            "order_href": asked.address(f"/v1/orders/{told['order_id']}") if told["order_id"] else "",
            "amended": [(each, asked.address(f"/v1/amendments/{each['id']}")) for each in changed],
            "lines": await timeline.of(asked, [told["id"]], names),
        },
    )


async def amendment(asked: Viewing) -> Drawn:
    """An amendment: what it changes, in words and for whom, its signatures, and whose turn it is."""
    told = asked.told
    names = names_of(told["content"])
    ids = {"amendment_id": told["id"]}
    return Drawn(
        "console/trade/amendment.html",
        {
            **_signing(asked, told, names, ids, "sign_amendment", "decline_amendment"),
            "changes": told["content"]["changes"],
            "lines": await timeline.of(asked, [told["id"]], names),
        },
    )


async def signing(asked: Viewing) -> Drawn:
    """The form of a signature: what is signed, by which of the party's keys, and how it is made elsewhere."""
    is_agreement = "/agreements/" in asked.path
    name, shown = ("sign_agreement", "get_agreement") if is_agreement else ("sign_amendment", "get_amendment")
    ids = asked.ids(name)
    told = await asked.read(shown, ids)
    keys = [each for each in await asked.read("list_signing_keys") or [] if not each["revoked_at"]]
    above = asked.path.rpartition("/")[0]
    return Drawn(
        "console/trade/sign.html",
        {
            "signed": told,
            "exact": canonical.dumps(told["content"]).decode() if told else "",
            "keys": keys,
            "read_href": asked.address(above),
            "answer_href": asked.address(above, format="json"),
            "register_href": asked.step("register_signing_key", {}, next=f"{asked.address(asked.path)}?do={name}"),
        },
        {"signing_key_id": keys[-1]["id"]} if keys else {},
    )


async def signing_keys(asked: Viewing) -> Drawn:
    """The keys that are registered, and which of them this browser holds."""
    return Drawn(
        "console/trade/signing-keys.html",
        {
            "keys": [
                (each, "" if each["revoked_at"] else asked.step("revoke_signing_key", {"key_id": each["id"]}))
                for each in asked.told
            ],
            "register_href": asked.step("register_signing_key", {}),
        },
    )


async def registering(asked: Viewing) -> Drawn:
    """The form of a new key: made in the browser, or on a machine of the party's own."""
    return Drawn("console/trade/new-key.html", {"keys_href": asked.address("/v1/signing-keys")})


def articles(content: Mapping[str, Any]) -> list[tuple[str, str]]:
    """The text of a contract in both languages, article by article; whole where the two are not of one build."""
    chinese, english = str(content.get("text_zh", "")), str(content.get("text_en", ""))
    if not chinese and not english:
        return []
    parts = [HEADING.split(each.strip()) for each in (chinese, english)]
    if len(parts[0]) != len(parts[1]):
        return [(chinese, english)]
    return list(zip(*parts, strict=True))


def names_of(content: Mapping[str, Any]) -> dict[str, str]:
    """What both sides are called, by their ids."""
    sides = [content.get(side) for side in ("provider", "consumer")]
    return {each["party_id"]: each["name"] for each in sides if isinstance(each, dict)}


def _signing(
    asked: Viewing, told: Mapping[str, Any], names: Mapping[str, str], ids: Mapping[str, str], sign: str, decline: str
) -> dict[str, Any]:
    """Who has signed, and what whoever looks can do about it."""
    signed = {each["party"]: each for each in told["signatures"]}
    sides = [
        (title, names.get(told[side], told[side]), signed.get(told[side]))
        for side, title in (("provider", Text("提供方", "Provider")), ("consumer", Text("使用方", "Consumer")))
    ]
    is_open = told["status"] in UNSIGNED
    is_side = asked.party in (told["provider"], told["consumer"])
    buttons = []
    if is_open and is_side and asked.party not in signed:
        ways = [
            Button(Text("签署", "Sign"), asked.step(sign, ids), "primary"),
            Button(Text("拒绝签署", "Decline"), asked.step(decline, ids), "danger"),
        ]
        buttons = [each for each in ways if each.href]
    return {"signed": told, "sides": sides, "buttons": buttons, "is_open": is_open, "is_side": is_side}
