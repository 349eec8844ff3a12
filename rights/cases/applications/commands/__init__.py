"""Applying, and what an applicant does with an application: consent to a transfer, withdraw, mend a description."""
