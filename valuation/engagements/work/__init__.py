"""The work on an engagement: data, papers, drafts, opinions, signatures."""
