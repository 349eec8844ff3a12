"""Where the embedded database lies: a folder that cannot be is told with its variable."""

from pathlib import Path

import pytest

from kernel.postgres.database import database
from kernel.settings import Settings, SettingsInvalid


async def test_a_data_folder_that_is_a_file_is_told(tmp_path: Path) -> None:
    (tmp_path / "var").write_text("not a folder")
    for folder in (tmp_path / "var", tmp_path / "var" / "deeper"):
        with pytest.raises(SettingsInvalid, match="LIUTONG_DATA_DIR: "):
            async with database(Settings(data_dir=folder)):
                pass
