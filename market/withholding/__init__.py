"""Shares of settled money that are kept back while title or quality is in dispute (暂扣款)."""
