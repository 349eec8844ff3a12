"""Stripe's double, and orders to pay by card."""

from tests.market.payments.conftest import double, place, settings, stripe_http

__all__ = ["double", "place", "settings", "stripe_http"]
