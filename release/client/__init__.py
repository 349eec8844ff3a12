"""What of the client library is generated: its models and operations from the API description, its blocking twin."""
