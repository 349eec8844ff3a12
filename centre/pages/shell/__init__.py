"""What every page shares: its address, headers, words, forms and refusals."""
