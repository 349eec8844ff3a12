"""Tables by the Delta Sharing protocol: a share is an agreement, and a key of it opens nothing else."""
