"""Subscriptions (订阅): what an agreement in force with a plan runs on, with its anchor, its zone and its plans."""
