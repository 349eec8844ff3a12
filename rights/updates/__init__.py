"""Living data (持续更新的数据): revisions that enter the register by their digest."""
