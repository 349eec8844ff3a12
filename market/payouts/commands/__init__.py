"""What is done with bank details, with what is due, with batches, and with what the bank says of them."""
