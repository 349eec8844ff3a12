"""What is said of the wrapping keys."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from kernel.safekeeping import rotation
from kernel.storage.encryption.keks import FileKeys
from kernel.storage.encryption.keystore import KeyStore
from kernel.time.clock import FixedClock


def test_the_policy_is_that_of_the_day_in_china(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The first is in force from 1 November on, which begins in China at 16:00 UTC of 31 October."""
    store = KeyStore.open(tmp_path / "keystore", FileKeys(tmp_path / "kek"))
    first_hours = datetime(2026, 10, 31, 20, tzinfo=UTC)
    monkeypatch.setattr(rotation, "SystemClock", lambda: FixedClock(first_hours))
    assert rotation.wrapping_keys(store).policy.version == "2026-11"
