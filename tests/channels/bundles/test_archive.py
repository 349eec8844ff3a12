"""An archive that is written while it is sent, read by readers that others wrote."""

import asyncio
import io
import shutil
import zipfile
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.bundles.archive import zipped

AT = datetime(2026, 11, 23, 2, 0, 1, tzinfo=UTC)


async def chunks(*parts):
    for part in parts:
        yield part


async def archive(texts, files):
    return b"".join([part async for part in zipped(texts, ((path, chunks(*parts)) for path, parts in files), AT)])


@given(
    st.dictionaries(
        st.text("abc数据", min_size=1, max_size=8), st.lists(st.binary(max_size=50), max_size=4), max_size=4
    )
)
async def test_what_went_in_comes_out(files):
    made = await archive({"README.md": "读我".encode()}, files.items())
    with zipfile.ZipFile(io.BytesIO(made)) as read:
        assert read.testzip() is None
        assert read.namelist() == ["README.md", *files]
        assert read.read("README.md").decode() == "读我"
        assert {name: read.read(name) for name in files} == {name: b"".join(parts) for name, parts in files.items()}


async def test_the_same_moment_and_files_give_the_same_bytes():
    files = [("data/航班.csv", [b"a,b\n", b"1,2\n"])]
    assert await archive({}, files) == await archive({}, files)


async def test_what_breaks_off_is_no_archive():
    async def broken():
        yield b"half"
        raise ConnectionError("the store is gone")

    sent = io.BytesIO()

    async def send():
        async for part in zipped({"README.md": b"x"}, [("data/a.csv", broken())], AT):
            sent.write(part)

    with pytest.raises(ConnectionError):
        await send()
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(sent)


@pytest.mark.skipif(shutil.which("unzip") is None, reason="unzip is not installed")
async def test_unzip_reads_it(tmp_path):
    (tmp_path / "x.zip").write_bytes(await archive({"README.md": b"x"}, [("data/航班.csv", [b"a\n" * 9])]))
    done = await asyncio.create_subprocess_exec("unzip", "-tqq", "x.zip", cwd=tmp_path)
    assert await done.wait() == 0
