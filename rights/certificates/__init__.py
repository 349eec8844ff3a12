"""Registration certificates (登记证书): numbered, signed, public, and in force for at most five years."""
