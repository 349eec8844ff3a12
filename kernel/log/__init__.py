"""The register of everything that happened: audit trail, event feed and transparency log in one row for each change."""
