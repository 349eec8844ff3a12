"""What the centre publishes of itself for everybody: its statistics, and the changes of its interface."""
