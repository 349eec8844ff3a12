"""What two sides write to each other (留言): one thread for negotiations and for orders."""
