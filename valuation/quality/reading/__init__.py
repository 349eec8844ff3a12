"""Opening the data that strangers uploaded, within limits, as frames that every engine reads."""
