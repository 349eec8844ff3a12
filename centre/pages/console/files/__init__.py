"""Files in the console: sending one as the body of an operation, and choosing among one's own."""
