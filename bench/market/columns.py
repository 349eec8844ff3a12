"""The columns of a table that a copy of a row may be written into."""

import asyncpg


async def columns_of(connection: asyncpg.Connection, table: str) -> list[str]:
    """Those that the database does not fill by itself, in their order."""
    query = (
        "SELECT column_name FROM information_schema.columns WHERE table_name = $1 AND is_generated = 'NEVER'"
        " AND is_identity = 'NO' ORDER BY ordinal_position"
    )
    return [row["column_name"] for row in await connection.fetch(query, table)]
