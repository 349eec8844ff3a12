"""Filings (合同备案): contracts concluded elsewhere, entered as a kind of their own that grants and opens nothing."""
