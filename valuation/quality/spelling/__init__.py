"""How people write numbers and days in Chinese and English files, and how a contract says so."""
