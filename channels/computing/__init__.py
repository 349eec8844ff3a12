"""Controlled computing (可用不可见): data that stays is computed on here, and only checked results leave."""
