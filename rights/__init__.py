"""Who holds which right in which data: registration, certificates, chain of title."""
