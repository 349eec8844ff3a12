"""A process that has the files it was given and nothing else: no network, no other names, no other processes."""
