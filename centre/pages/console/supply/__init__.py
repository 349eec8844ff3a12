"""The pages of assets, quality, products and valuation: what providers and valuers see above the facts."""
