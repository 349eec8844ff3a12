"""What was promised of quality and of updates, watched: events when it is not kept, and scoring again in time."""
