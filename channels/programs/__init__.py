"""A buyer's program run near the data (代码到数据侧运行): confined, bounded, its results reviewed before they leave."""
