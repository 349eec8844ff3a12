"""A small stateful stand-in for Stripe, served over HTTP to the real SDK.

It was written from knowledge of Stripe's API and was never compared with Stripe itself. What it does not
simulate it refuses with the code `double_not_simulated`; README.md beside this file lists its limits.
"""

from .server import StripeDouble, serve

__all__ = ["StripeDouble", "serve"]
