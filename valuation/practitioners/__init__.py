"""Practitioners: the natural persons of a valuation firm who value, review and sign."""
