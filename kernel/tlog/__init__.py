"""The formats of a C2SP transparency log, without a database: tree, tiles, notes, proofs, keys, a copy's check."""
