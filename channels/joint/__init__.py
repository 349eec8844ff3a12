"""Joint computing (联合计算): data of two providers that stays is joined here for a user whom both have let join it."""
