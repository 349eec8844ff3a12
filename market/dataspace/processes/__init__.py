"""What negotiations and transfers have in common: how a message is taken, sent, acknowledged, and timed out."""
