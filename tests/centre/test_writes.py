"""What is written in one turn of the loop leaves at once, in its order, and nothing stays behind."""

import asyncio

from centre.writes import GATHERED_BYTES_MAX, GatheringTransport


class Wire:
    """A transport that keeps what was handed to it."""

    def __init__(self):
        self.handed = []

    def write(self, data):
        self.handed.append(data)

    def close(self):
        self.handed.append("closed")

    def is_closing(self):
        return False


def gathering():
    wire = Wire()
    return wire, GatheringTransport(wire, asyncio.get_running_loop())


async def test_head_and_body_leave_together():
    wire, transport = gathering()
    transport.write(b"head ")
    transport.write(b"body")
    assert wire.handed == []
    await asyncio.sleep(0)
    assert wire.handed == [b"head body"]
    transport.write(b"next")
    await asyncio.sleep(0)
    assert wire.handed == [b"head body", b"next"]


async def test_much_does_not_wait():
    wire, transport = gathering()
    transport.write(b"head")
    transport.write(bytes(GATHERED_BYTES_MAX))
    assert [len(part) for part in wire.handed] == [GATHERED_BYTES_MAX + 4]
    transport.write(b"end")
    await asyncio.sleep(0)
    assert wire.handed[1:] == [b"end"]


async def test_a_connection_is_closed_after_what_was_written():
    wire, transport = gathering()
    transport.write(b"last")
    transport.close()
    await asyncio.sleep(0)
    assert wire.handed == [b"last", "closed"]
    assert not transport.is_closing()
