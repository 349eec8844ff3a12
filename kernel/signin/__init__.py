"""Signing in to pages: passwords, second factors, passkeys, sessions, and the proof asked anew before what weighs."""
