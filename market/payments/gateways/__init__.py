"""Ways in which money arrives: one protocol, bank transfer and Stripe (支付通道)."""
