"""The record of an auction: everything that decided it, as one file that anybody computes again."""
