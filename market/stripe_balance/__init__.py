"""Stripe's balance transactions (支付渠道余额流水): facts, each put to the entry of the books that it proves."""
