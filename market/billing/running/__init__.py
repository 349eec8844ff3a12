"""Drawing up bills: what a subscription comes to, one by one or by the thousand, and when its plan changes."""
