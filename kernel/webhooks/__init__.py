"""Webhooks out (Standard Webhooks): a party's own log entries, posted to its address, signed, until received."""
