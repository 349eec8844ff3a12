"""Encryption of what is stored (存储加密): the form of an object, the store of its keys, and the keys of those keys."""
