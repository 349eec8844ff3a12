"""ISO 20022 out and back: pain.001 as files that are made once, and what a bank's pain.002 says of them."""
