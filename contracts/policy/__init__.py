"""The licence as a typed value: what the buyer may do, for what, where and how long; unknown terms cannot be said."""
