"""What the protocol says on the wire: shapes, policies and errors; pure."""
