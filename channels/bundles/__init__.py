"""Bundles (数据包): all files of a delivered revision in one archive, with descriptions that other programs read."""
