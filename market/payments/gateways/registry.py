"""Which gateway serves which way of paying."""

from collections.abc import Mapping
from typing import Final, cast

from kernel.runtime import Runtime
from kernel.settings import Settings
from market.payments.errors import MethodUnavailable
from market.payments.gateways.bank_transfer import BankTransferGateway
from market.payments.gateways.protocol import PaymentGateway
from market.payments.gateways.stripe import StripeGateway

Gateways = Mapping[str, PaymentGateway]

_EXTRA: Final = "payment_gateways"


def make(settings: Settings) -> Gateways:
    """Build what the settings allow: transfers need the centre's account, cards a key."""
    made: dict[str, PaymentGateway] = {}
    if settings.bank_account_number or settings.sandbox:
        made["bank_transfer"] = BankTransferGateway(settings)
    if settings.stripe_api_key:
        made["card"] = StripeGateway(settings)
    return made


def gateway(runtime: Runtime, method: str) -> PaymentGateway:
    """Find the gateway of a way of paying; raises MethodUnavailable."""
    gateways = cast(Gateways, runtime.extras.setdefault(_EXTRA, make(runtime.settings)))
    chosen = gateways.get(method)
    if chosen is None:
        raise MethodUnavailable(method=method)
    return chosen
