"""Negotiation (磋商): two parties answer each other in rounds of terms, until both want the same or one ends it."""
