"""Who holds which right in which data: assets, their registration, and certificates that anybody can check."""
