"""What providers and buyers do about controlled computing, and what follows."""
