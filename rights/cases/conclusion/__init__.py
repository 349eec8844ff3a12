"""The conclusion of a case: public notice (公示), certificate issue (发证), or an entry in the register (登簿)."""
