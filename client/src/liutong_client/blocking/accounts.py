"""Who calls: parties, their keys of the API and their keys for signatures, and where messages are sent.

Generated from the twin for asyncio by `python -m release.client`: never edited.
"""

from liutong_client import models as m
from liutong_client import operations
from liutong_client.blocking.caller import Caller, Pages
from liutong_client.calls import Form
from liutong_client.signing import SigningKey


class Parties:
    """Parties of the centre."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def whoami(self) -> m.WhoAmI:
        """The party and key that call, with what they may do."""
        return self._caller.call(operations.get_caller)

    def apply(self, application: m.ApplyForAdmission | Form) -> m.AdmissionView:
        """Apply for admission; the answer shows the new party's key this once."""
        return self._caller.call(operations.apply_for_admission, application)

    def get(self, party_id: str) -> m.PartyView:
        """A party."""
        return self._caller.call(operations.get_party, party_id=party_id)


class Keys:
    """The party's keys: those by which it calls, and those with which it signs."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def create(self, name: str, roles: list[str], *, days_valid: int | None = None) -> m.NewKeyView:
        """A new key of the API within this one's roles and life; its secret is shown this once."""
        body = {"name": name, "roles": roles, **({} if days_valid is None else {"days_valid": days_valid})}
        return self._caller.call(operations.create_key, body)

    def mine(self) -> list[m.KeyView]:
        """The keys of the API."""
        return self._caller.call(operations.list_keys)

    def revoke(self, key_id: str) -> None:
        """End a key, and those that it has made."""
        self._caller.call(operations.revoke_key, key_id=key_id)

    def register(self, key: SigningKey, *, idempotency_key: str | None = None) -> m.SigningKeyView:
        """Register the public half of a signing key."""
        body = m.RegisterSigningKey(public_key=key.public_key, proof=key.proof)
        return self._caller.call(operations.register_signing_key, body, key=idempotency_key)

    def registered(self, key: SigningKey) -> m.SigningKeyView:
        """The registered form of a signing key, registering it if it is not there."""
        for each in self._caller.call(operations.list_signing_keys):
            if each.public_key == key.public_key and each.revoked_at is None:
                return each
        return self.register(key)


class Webhooks:
    """Addresses to which the centre sends what happens; `liutong_client.webhooks.verify` checks what comes."""

    def __init__(self, caller: Caller) -> None:
        self._caller = caller

    def create(self, url: str, kinds: list[str] | None = None, *, key: str | None = None) -> m.NewWebhookView:
        """A new address, for some kinds of events or for all; its secret is shown this once."""
        body = {"url": url, **({"kinds": kinds} if kinds else {})}
        return self._caller.call(operations.create_webhook, body, key=key)

    def mine(self) -> list[m.WebhookView]:
        """The addresses."""
        return self._caller.call(operations.list_webhooks)

    def remove(self, webhook_id: str) -> None:
        """Send nothing more to an address."""
        self._caller.call(operations.remove_webhook, webhook_id=webhook_id)

    def deliveries(self, webhook_id: str) -> Pages[m.WebhookDeliveryViewPage, m.WebhookDeliveryView]:
        """What was sent to an address, and how it answered."""
        return self._caller.iterate(operations.list_deliveries, webhook_id=webhook_id)
