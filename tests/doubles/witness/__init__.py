"""A witness of a transparency log, to the letter of C2SP tlog-witness, on a port of its own."""
