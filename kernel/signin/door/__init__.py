"""At the door: who is there before anybody knows who it is, and how guesses are slowed."""
