"""What differs between two versions of a contract: clause by clause, and word by word."""
