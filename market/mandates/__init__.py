"""Mandates (委托书): what a principal lets its software agent order, signed, limited, counted and revocable."""
