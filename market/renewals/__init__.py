"""Renewals (续订): new terms for the time after an agreement's end, offered by its provider and opted in to."""
