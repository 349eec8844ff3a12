"""The money of service levels: what was paid for a window, and the credit of a breach."""
