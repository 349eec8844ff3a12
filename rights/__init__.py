"""Who holds which right in which data: assets, their registration, and certificates that anybody can check.

From the ground up: `assets` and `grants` (the algebra of what may be granted); `certificates`; `title`, the chain under
each certificate; `registrations`, a case as a record with its states and clocks; `objections` and `duplicates`, which
know a case by its record; `classification` with the gates; `cases`, which asks them all and takes a case from its
application to its conclusion; and `register`, what was said of an asset at any moment. No arrow goes back up.
"""
