"""API products (接口产品): a provider's interface, called through the centre and metered before and after each call."""
