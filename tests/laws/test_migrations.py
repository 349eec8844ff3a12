"""Laws over the schema."""

import pytest

from migrations import run


@pytest.mark.slow
async def test_up_down_up_and_equal_to_the_models(cluster):
    from tests.database import fresh_database

    async with fresh_database(cluster) as url:
        await run.downgrade(url, "base")
        await run.upgrade(url)
        await run.check(url)


@pytest.mark.slow
async def test_four_processes_migrate_at_once(cluster):
    """Every process migrates at its start; the lock lets one do it and the others find it done."""
    import asyncio

    import asyncpg

    from kernel.db import dsn_of

    admin = await asyncpg.connect(cluster.dsn("postgres"))
    await admin.execute("DROP DATABASE IF EXISTS empty_four WITH (FORCE)")
    await admin.execute("CREATE DATABASE empty_four")
    url = cluster.url("empty_four")
    try:
        # Alembic's environment is a module-global, so each migration needs a process of its own.
        code = f"import asyncio; from migrations import run; asyncio.run(run.upgrade({url!r}))"
        import sys

        children = [await asyncio.create_subprocess_exec(sys.executable, "-c", code) for _ in range(4)]
        assert [await child.wait() for child in children] == [0, 0, 0, 0]
        found = await asyncpg.connect(dsn_of(url))
        assert await found.fetchval("SELECT count(*) FROM alembic_version") == 1
        await found.close()
    finally:
        await admin.execute("DROP DATABASE empty_four WITH (FORCE)")
        await admin.close()
