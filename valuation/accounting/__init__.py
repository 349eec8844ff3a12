"""Data in the books of its holder: what it is booked as, and the notes table of 财会〔2023〕11号."""
