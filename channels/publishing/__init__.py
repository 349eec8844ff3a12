"""A registered revision in the form in which channels deliver it: made once, with its digests, versions and changes."""
