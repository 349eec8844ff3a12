"""Seeding a sandbox that has been begun: keys are shown once, so whoever has none must be told what to do."""

from centre.seed import KEYS, seed_sandbox
from kernel.runtime import Runtime
from tests.conftest import As


async def test_an_interrupted_seeding_is_told_with_its_cure(runtime: Runtime, as_: As) -> None:
    await as_("operator")  # The centre exists from here on.
    runtime.settings.data_dir.mkdir(parents=True, exist_ok=True)
    told = await seed_sandbox(runtime.settings)
    assert "To begin anew" in told
    assert str(runtime.settings.data_dir) in told
    (runtime.settings.data_dir / KEYS).write_text("{}")
    assert "To begin anew" not in await seed_sandbox(runtime.settings)
