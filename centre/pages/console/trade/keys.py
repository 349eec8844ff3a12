"""A party's signing keys: the list of them, and the form by which one is made and registered."""

from centre.pages.console.trade.drawn import Drawn, Viewing


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
