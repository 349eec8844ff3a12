"""Infringement notices (侵权通知): notice, measure, counter-statement, fifteen days, and what follows."""
