"""Unequal prices for equal terms (等条件价差): noticed when a deal settles, explained by its provider, decided on."""
