"""Service levels (服务水平): measured by the platform in windows; a breach is credited without being asked."""
