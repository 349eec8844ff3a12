"""Push (推送): what was delivered is written into a bucket that its buyer named."""
