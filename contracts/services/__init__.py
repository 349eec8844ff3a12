"""Contracts on services, which license no data: an intermediary's, for one (数据中介服务合同)."""
