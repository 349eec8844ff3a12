"""The payments' order."""

from tests.market.payments.conftest import place

__all__ = ["place"]
