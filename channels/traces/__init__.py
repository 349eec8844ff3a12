"""Tracing a file that was found (溯源): of which delivery it comes, by the marks that delivered copies bear."""
