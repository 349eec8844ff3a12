"""Timings of valuation: appraisals, portfolios, reports, and comparables."""
