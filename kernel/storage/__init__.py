"""Files: objects in a folder or a bucket, rows that say whose they are, links that open them for a while."""
