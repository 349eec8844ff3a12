"""The embedded PostgreSQL: a real server started from a wheel, and the database that a process works on."""
