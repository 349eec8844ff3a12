"""Who takes part: parties and their admission, members, API keys, signing keys, and what each role may do."""
