"""Handing over exactly what was agreed: links, downloads, receipts."""
