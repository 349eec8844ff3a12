"""What providers and buyers do about runs of programs, and what follows."""
