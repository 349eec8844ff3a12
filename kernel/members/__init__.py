"""The people of an organisation: who they are, what each may do for it, and how they come and go."""
