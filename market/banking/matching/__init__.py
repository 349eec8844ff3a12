"""Which payment a line belongs to (对账匹配): pure rules, the first that decides wins."""
