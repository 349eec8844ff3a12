"""PostgreSQL: the embedded server that a wheel brings, the database that a process works on, and asking it together."""
