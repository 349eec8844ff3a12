"""Electronic signatures (电子签名) of parties: the two under a document, checked offline."""
