"""Market evidence: realised trades and asking prices, as the market approach may cite them."""
