"""Keys of channels: one for each recipient under an agreement, dead when what it rests on is."""
