"""Refunds (退款): money back to whoever paid, out of escrow, of what was shared out, or of a balance."""
