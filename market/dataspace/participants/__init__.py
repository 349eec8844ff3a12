"""Participants and their counterparties: who speaks, under which address and name, with which token."""
