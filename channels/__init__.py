"""Channels (交付渠道): the ways in which delivered data reaches its user, each behind the one gate of its agreement."""
