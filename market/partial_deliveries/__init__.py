"""Carrying a delivery plan out (分批交付): a part is received, accepted and settled by itself."""
