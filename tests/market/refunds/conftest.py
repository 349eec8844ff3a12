"""The payments' order and double, for refunds of them."""

from tests.market.payments.conftest import double, place, settings, stripe_http

__all__ = ["double", "place", "settings", "stripe_http"]
