"""Payments (支付): money in and out through gateways, and the inbox for what they report."""
