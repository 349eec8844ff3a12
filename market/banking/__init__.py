"""The centre's bank accounts (银行账户): statements stored as facts, every line booked or asked about."""
