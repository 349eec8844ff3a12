"""The buyer's store, which speaks the protocol of Amazon S3."""
