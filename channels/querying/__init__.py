"""Questions to a published table: rows by a typed filter, in pages, by the key of a channel."""
