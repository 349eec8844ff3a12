"""Stripe's double, and a provider that is paid out by Stripe."""

from tests.market.payouts.test_by_stripe import double, http, settings, story

__all__ = ["double", "http", "settings", "story"]
