"""The printed form of documents: typeset, sealed, and read back (打印件)."""
