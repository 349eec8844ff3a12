"""Files that parties bring: upload, quota, and what is kept of them (上传)."""
