"""Both twins at a centre that is played: repeats, pages, waiting, and downloads that break off."""

import ast
import asyncio
import hashlib
import inspect
import queue
import re
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx
import msgspec
import pytest

import liutong_client
from liutong_client import AsyncLiutong, Liutong, operations
from liutong_client import models as m
from liutong_client.aio import caller as aio_caller
from liutong_client.blocking import caller as blocking_caller
from liutong_client.connection import KeyInTheClear
from liutong_client.problems import (
    AnswerUnreadable,
    DigestMismatch,
    EndedOtherwise,
    FileInTheWay,
    NotAllowed,
    NotReached,
    NotThere,
    TooFast,
    Unavailable,
    WaitedTooLong,
)
from liutong_client.transfers import Source, safe_name
from tests.laws import source
from tests.patience import PATIENCE_SECONDS

CENTRE = "https://centre.example"
FILE = bytes(range(256)) * 40


@pytest.fixture(params=["asyncio", "blocking"])
def twin(request, monkeypatch):
    """Makes a client that asks `answer(request)`, and runs what it gives to its end; nobody waits meanwhile."""
    pauses = []

    async def pause(seconds):
        pauses.append(seconds)

    monkeypatch.setattr(aio_caller, "pause", pause)
    monkeypatch.setattr(blocking_caller, "pause", pauses.append)
    for module in ("aio", "blocking"):
        files = f"liutong_client.{module}.files.pause"
        monkeypatch.setattr(files, pause if module == "aio" else pauses.append)

    def make(answer):
        kind = AsyncLiutong if request.param == "asyncio" else Liutong
        return kind(CENTRE, "ltk_test_secret", transport=httpx.MockTransport(answer))

    async def ran(thing):
        if hasattr(thing, "__aiter__"):
            return [each async for each in thing]
        return await thing if inspect.isawaitable(thing) else thing

    make.ran, make.pauses = ran, pauses
    return make


def problem(status, code="x", **headers):
    return httpx.Response(status, json={"code": code}, headers=headers)


def script(*answers):
    """Answers one after another; an exception is raised. Gives the function and what was asked."""
    waiting, asked = list(answers), []

    def answer(request):
        request.read()
        asked.append(request)
        given = waiting.pop(0)
        if isinstance(given, Exception):
            raise given
        return given

    return answer, asked


async def outcome(twin, action):
    """What an action of a client gives, or raises: the blocking one raises before there is anything to await."""
    return await twin.ran(action())


CLOCK = {"now": "2026-11-23T02:00:00Z", "day_in_china": "2026-11-23"}


async def test_a_lost_answer_is_asked_for_again_with_the_same_key(twin):
    answer, asked = script(httpx.ReadTimeout("lost"), problem(503), httpx.Response(201, json={"secret": None}))
    client = twin(answer)
    with pytest.raises(AnswerUnreadable):
        await outcome(twin, lambda: client.webhooks.create("https://me.example"))
    assert len(asked) == 3
    assert len({each.headers["idempotency-key"] for each in asked}) == 1
    assert len({each.content for each in asked}) == 1
    assert [0.25 <= twin.pauses[0] <= 0.5, 0.5 <= twin.pauses[1] <= 1.0] == [True, True]


async def test_a_step_without_a_key_is_never_sent_twice_once_it_may_have_arrived(twin):
    answer, asked = script(httpx.ReadError("lost"))
    client = twin(answer)
    with pytest.raises(NotReached):
        await outcome(twin, lambda: client.listings.submit("lst_1"))
    assert len(asked) == 1


async def test_what_never_left_is_sent_again(twin):
    answer, asked = script(httpx.ConnectError("refused"), problem(404))
    client = twin(answer)
    with pytest.raises(NotThere):
        await outcome(twin, lambda: client.listings.submit("lst_1"))
    assert len(asked) == 2


async def test_the_centre_says_how_long_to_wait(twin):
    answer, asked = script(problem(429, **{"Retry-After": "7"}), problem(429, **{"Retry-After": "61"}))
    client = twin(answer)
    with pytest.raises(TooFast) as told:
        await outcome(twin, lambda: client.orders.get("ord_1"))
    assert twin.pauses == [7.0]
    assert told.value.retry_after_seconds == 61
    assert len(asked) == 2


async def test_a_redirect_is_not_followed(twin):
    answer, asked = script(httpx.Response(307, headers={"location": "https://other.example/"}))
    client = twin(answer)
    with pytest.raises(AnswerUnreadable):
        await outcome(twin, lambda: client.orders.get("ord_1"))
    assert len(asked) == 1


async def test_an_item_that_moved_between_pages_comes_once(twin):
    pages = [
        {"items": [{"id": "a"}, {"id": "b"}], "next": "p2"},
        {"items": [{"id": "b"}, {"id": "c"}], "next": None},
    ]
    answer, asked = script(*(httpx.Response(200, json=page) for page in pages))
    client = twin(answer)
    item = m.Model
    listed = operations.ListOperation("list_things", "GET", "/v1/things", Things, item, query=("cursor", "limit"))
    assert [each.id for each in await twin.ran(client.iterate(listed, limit=2))] == ["a", "b", "c"]
    assert [dict(each.url.params) for each in asked] == [{"limit": "2"}, {"limit": "2", "cursor": "p2"}]


class Thing(m.Model, frozen=True):
    """An item."""

    id: str


class Things(m.Model, frozen=True):
    """A page."""

    items: list[Thing]
    next: str | None


def run_view(status):
    return httpx.Response(200, json={"status": status})


class Run(m.Model, frozen=True):
    """Something that takes time."""

    status: str


async def test_waiting_ends_with_what_was_waited_for_or_with_what_came_instead(twin):
    operation = operations.Operation("get_run", "GET", "/v1/run", Run)
    answer, _ = script(*(run_view(status) for status in ("queued", "running", "succeeded")))
    client = twin(answer)
    done = await outcome(twin, lambda: client._caller.wait(operation, ("succeeded",), ("failed",)))
    assert (done.status, twin.pauses) == ("succeeded", [1.0, 2.0])
    client = twin(script(run_view("failed"))[0])
    with pytest.raises(EndedOtherwise) as ended:
        await outcome(twin, lambda: client._caller.wait(operation, ("succeeded",), ("failed",)))
    assert ended.value.status == "failed"
    client = twin(lambda request: run_view("running"))
    with pytest.raises(WaitedTooLong):
        await outcome(twin, lambda: client._caller.wait(operation, ("succeeded",), (), timeout_seconds=0))


def link(content=FILE, name="f.bin", **over):
    more = {"sha256": hashlib.sha256(content).hexdigest(), "size_bytes": len(content), **over}
    return m.FileLinkView(id="fil_1", name=name, url=f"{CENTRE}/files/fil_1?sig=s", **more)


class Storage:
    """Serves a file by ranges and breaks off where it is told to."""

    def __init__(self, content=FILE, breaks=(), etag='"v1"'):
        self.content, self.breaks, self.etag, self.asked = content, list(breaks), etag, []

    def __call__(self, request):
        self.asked.append(request)
        start, headers, status = 0, {"etag": self.etag}, 200
        if "range" in request.headers and request.headers["if-range"] == self.etag:
            start = int(request.headers["range"].removeprefix("bytes=").removesuffix("-"))
            status, headers["content-range"] = 206, f"bytes {start}-{len(self.content) - 1}/{len(self.content)}"
        stop = self.breaks.pop(0) if self.breaks else None
        return httpx.Response(status, headers=headers, stream=Broken(self.content[start:stop], stop is not None))


class First:
    """Gives these answers before it leaves the rest to another."""

    def __init__(self, storage, *answers):
        self.storage, self.answers, self.asked = storage, list(answers), []

    def __call__(self, request):
        self.asked.append(request)
        return self.answers.pop(0) if self.answers else self.storage(request)


class Broken(httpx.SyncByteStream, httpx.AsyncByteStream):
    """A body that ends with a broken connection."""

    def __init__(self, content, breaks):
        self.content, self.breaks = content, breaks

    def __iter__(self):
        yield self.content
        if self.breaks:
            raise httpx.ReadError("broken")

    async def __aiter__(self):
        for each in self:
            yield each


async def test_a_download_goes_on_where_it_broke_off(twin, tmp_path):
    storage = Storage(breaks=[1000, 3000])
    path = await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path))
    assert path.read_bytes() == FILE
    assert [each.headers.get("range") for each in storage.asked] == [None, "bytes=1000-", "bytes=3000-"]
    assert {each.headers["authorization"] for each in storage.asked} == {"Bearer ltk_test_secret"}
    assert [each.name for each in tmp_path.iterdir()] == ["f.bin"]


async def test_the_next_process_takes_up_what_this_one_left_and_what_is_here_is_not_fetched(twin, tmp_path):
    storage = Storage(breaks=[500, 500, 500])
    with pytest.raises(NotReached):
        await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path))
    assert [each.name for each in tmp_path.iterdir()] == [".liutong-partial"]
    kept = sorted((tmp_path / ".liutong-partial").iterdir())
    assert [each.suffix for each in kept] == [".json", ".part"]
    assert all(each.name.startswith(link().sha256) for each in kept)
    path = await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path))
    assert path.read_bytes() == FILE
    before = len(storage.asked)
    assert await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path)) == path
    assert len(storage.asked) == before
    assert [each.name for each in tmp_path.iterdir()] == ["f.bin"]


async def test_a_file_that_changed_at_the_centre_is_fetched_from_its_beginning(twin, tmp_path):
    before = Storage(FILE[::-1], breaks=[500, 0, 0], etag='"v0"')
    with pytest.raises(NotReached):
        await outcome(twin, lambda: twin(before).files.download(link(), tmp_path))
    storage = Storage()
    path = await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path))
    assert path.read_bytes() == FILE
    assert (storage.asked[0].headers["range"], storage.asked[0].headers["if-range"]) == ("bytes=500-", '"v0"')
    assert [each.name for each in tmp_path.iterdir()] == ["f.bin"]


async def test_no_file_of_an_order_is_taken_for_a_part_of_another(twin, tmp_path):
    contents = {"a.csv.part": b"1", "a.csv.part.json": b"2", "a.csv": FILE, "b.csv": FILE}
    for name, content in contents.items():
        storage = Storage(content, breaks=[500] if content is FILE else [])
        await outcome(twin, lambda: twin(storage).files.download(link(content, name), tmp_path))  # noqa: B023
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == contents


async def test_two_downloads_of_one_content_do_not_write_into_each_other(twin, tmp_path):
    """What one has in part is not what the other, of another name, goes on with."""
    for name in ("a.csv", "b.csv"):
        client = twin(Storage(breaks=[500, 500, 500]))
        with pytest.raises(NotReached):
            await outcome(twin, lambda: client.files.download(link(name=name), tmp_path))  # noqa: B023
    assert len(list((tmp_path / ".liutong-partial").glob("*.part"))) == 2
    for name, rest in (("b.csv", [".liutong-partial", "b.csv"]), ("a.csv", ["a.csv", "b.csv"])):
        await outcome(twin, lambda: twin(Storage()).files.download(link(name=name), tmp_path))  # noqa: B023
        assert sorted(each.name for each in tmp_path.iterdir()) == rest


@pytest.mark.parametrize("sha256", ["", "x", "../" * 21 + "x", "A" * 64, "a" * 63, "sha256:" + "a" * 64])
async def test_what_is_no_digest_names_no_file(twin, tmp_path, sha256):
    with pytest.raises(AnswerUnreadable):
        await outcome(twin, lambda: twin(Storage()).files.download(link(sha256=sha256), tmp_path / "data"))
    assert list(tmp_path.rglob("*.part")) == []


@pytest.mark.parametrize(
    ("content", "fault"),
    [(FILE[:-1] + b"x", DigestMismatch), (FILE + b"x", AnswerUnreadable)],
    ids=["altered", "longer"],
)
async def test_what_is_not_the_file_is_not_kept(twin, tmp_path, content, fault):
    with pytest.raises(fault):
        await outcome(twin, lambda: twin(Storage(content)).files.download(link(), tmp_path))
    assert list(tmp_path.iterdir()) == []


async def test_a_download_that_is_refused_says_why(twin, tmp_path):
    with pytest.raises(NotThere):
        await outcome(twin, lambda: twin(lambda request: problem(404)).files.download(link(), tmp_path))


async def test_a_download_waits_as_long_as_the_centre_asks(twin, tmp_path):
    serving = First(Storage(), problem(429, **{"Retry-After": "7"}), problem(503))
    path = await outcome(twin, lambda: twin(serving).files.download(link(), tmp_path))
    assert path.read_bytes() == FILE
    assert (twin.pauses[0], 0.5 <= twin.pauses[1] <= 1.0, len(twin.pauses)) == (7.0, True, 2)


async def test_a_download_that_is_put_off_too_long_or_too_often_is_given_up(twin, tmp_path):
    with pytest.raises(TooFast):
        await outcome(
            twin, lambda: twin(lambda _: problem(429, **{"Retry-After": "61"})).files.download(link(), tmp_path)
        )
    assert twin.pauses == []
    serving = First(Storage(), *(problem(503) for _ in range(3)))
    with pytest.raises(Unavailable):
        await outcome(twin, lambda: twin(serving).files.download(link(), tmp_path))
    assert (len(serving.asked), len(twin.pauses)) == (3, 2)


async def test_a_download_that_was_put_off_on_its_way_goes_on_where_it_was(twin, tmp_path):
    storage, asked = Storage(breaks=[1000]), []

    def answer(request):
        asked.append(request)
        return problem(503) if len(asked) == 2 else storage(request)

    path = await outcome(twin, lambda: twin(answer).files.download(link(), tmp_path))
    assert path.read_bytes() == FILE
    assert [each.headers.get("range") for each in storage.asked] == [None, "bytes=1000-"]
    assert len(twin.pauses) == 2


@pytest.mark.parametrize("status", [301, 302, 304, 307])
async def test_no_redirect_is_kept_as_the_file(twin, tmp_path, status):
    """Also where its body would be the file: who serves it was not asked."""
    elsewhere = {"location": "https://other.example/"}
    serving = First(Storage(), httpx.Response(status, headers=elsewhere, stream=Broken(FILE, breaks=False)))
    with pytest.raises(AnswerUnreadable, match="redirects are not followed"):
        await outcome(twin, lambda: twin(serving).files.download(link(), tmp_path))
    assert len(serving.asked) == 1
    assert not (tmp_path / "f.bin").exists()


async def test_two_files_of_one_name_are_not_written_over_each_other(twin, tmp_path):
    files = [msgspec.to_builtins(link(name=name)) for name in ("a/f.bin", "b/f.bin")]
    view = {"delivery_id": "d", "expires_at": "2026-11-23T02:00:00Z", "files": files, "order_id": "ord_1"}
    view |= {"revision_id": "rev_1", "serves": "buyer", "to": None}
    with pytest.raises(AnswerUnreadable, match="one name"):
        await outcome(twin, lambda: twin(lambda _: httpx.Response(200, json=view)).orders.download("ord_1", tmp_path))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("names", [("Flights.csv", "flights.csv"), ("STRASSE.csv", "straße.csv")])
async def test_two_names_that_a_disk_without_case_holds_as_one_are_refused(twin, tmp_path, names):
    files = [msgspec.to_builtins(link(name=name)) for name in names]
    view = {"delivery_id": "d", "expires_at": "2026-11-23T02:00:00Z", "files": files, "order_id": "ord_1"}
    view |= {"revision_id": "rev_1", "serves": "buyer", "to": None}
    with pytest.raises(AnswerUnreadable, match="one name"):
        await outcome(twin, lambda: twin(lambda _: httpx.Response(200, json=view)).orders.download("ord_1", tmp_path))
    assert list(tmp_path.iterdir()) == []


async def test_another_file_under_the_name_is_replaced_only_when_that_is_said(twin, tmp_path):
    (tmp_path / "f.bin").write_bytes(b"my own notes")
    storage = Storage()
    with pytest.raises(FileInTheWay, match="--force") as refused:
        await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path))
    assert (refused.value.path, storage.asked) == (tmp_path / "f.bin", [])
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {"f.bin": b"my own notes"}
    path = await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path, overwrite=True))
    assert {each.name: each.read_bytes() for each in tmp_path.iterdir()} == {path.name: FILE}


@pytest.mark.parametrize("links", [True, False])
async def test_a_file_that_comes_to_stand_there_meanwhile_is_left_and_what_was_fetched_waits(
    twin, tmp_path, monkeypatch, links
):
    def unlinked(*_):
        raise PermissionError("no links here")

    if not links:
        monkeypatch.setattr("pathlib.Path.hardlink_to", unlinked)
    storage, target = Storage(), tmp_path / "f.bin"

    def saved(done, whole):
        if done == whole:
            target.write_bytes(b"my own notes")

    with pytest.raises(FileInTheWay):
        await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path, progress=saved))
    assert target.read_bytes() == b"my own notes"
    target.unlink()
    path = await outcome(twin, lambda: twin(storage).files.download(link(), tmp_path))
    assert (path.read_bytes(), len(storage.asked)) == (FILE, 1)
    assert [each.name for each in tmp_path.iterdir()] == ["f.bin"]


@pytest.mark.parametrize(
    ("name", "safe"), [("../../etc/passwd", "passwd"), ("C:\\x\\y.csv", "y.csv"), ("/a/b/气象.csv", "气象.csv")]
)
def test_a_name_of_somebody_else_leads_into_no_other_folder(name, safe):
    assert safe_name(name) == safe


@pytest.mark.parametrize("name", ["", "..", "a/..", "a\x00b", "x" * 300, ".liutong-partial", "a/.Liutong-Partial"])
def test_what_is_no_name_is_refused(name):
    with pytest.raises(AnswerUnreadable):
        safe_name(name)


@pytest.fixture
def listener():
    """Starts servers at this machine that note what is sent to them; gives the address and the notes of each."""
    servers = []

    def start():
        notes = []

        class Notes(BaseHTTPRequestHandler):
            def do_GET(self):
                notes.append((self.path, self.headers["authorization"]))
                self.send_error(404)

            def do_POST(self):
                size = int(self.headers["content-length"])
                came = len(self.rfile.read(size))
                ENDED.put(came)
                if came == size:
                    self.send_error(422)

            def do_CONNECT(self):
                notes.append((self.path, self.headers["authorization"]))
                self.send_error(502)

            def log_message(self, *_):
                pass

        server = ThreadingHTTPServer(("127.0.0.1", 0), Notes)
        threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        servers.append(server)
        return f"http://127.0.0.1:{server.server_port}", notes

    yield start
    for server in servers:
        server.shutdown()
        server.server_close()


ENDED = queue.Queue()
"""How many bytes of a body came, once it has ended."""

CHANGES = {
    "altered": lambda path: path.write_bytes(FILE * 299 + FILE[::-1]),
    "grown": lambda path: path.write_bytes(FILE * 301),
    "cut": lambda path: path.write_bytes(FILE * 299),
}


@pytest.mark.parametrize("kind", [AsyncLiutong, Liutong])
@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
async def test_a_file_that_changes_while_it_is_sent_is_not_sent_whole(kind, listener, tmp_path, change):
    """Over the network, where a body that is longer than was announced is an error of the protocol."""
    path, (address, _) = tmp_path / "f.bin", listener()
    path.write_bytes(FILE * 300)
    client = kind(address, "ltk_test_secret")

    def sent(far, whole):
        change(path)

    async def upload():
        if kind is Liutong:
            return await asyncio.to_thread(client.files.upload, path, progress=sent)
        return await client.files.upload(path, progress=sent)

    with pytest.raises(DigestMismatch):
        await upload()
    await (asyncio.to_thread(client.close) if kind is Liutong else client.aclose())
    assert await asyncio.to_thread(ENDED.get, timeout=PATIENCE_SECONDS) < len(FILE) * 300


@pytest.mark.parametrize("grown", [b"", FILE * 300])
def test_an_upload_ends_at_the_size_that_was_announced(tmp_path, grown):
    path, parts = tmp_path / "f.bin", []
    path.write_bytes(grown)
    uploaded = Source.of(path, "f.bin")
    path.write_bytes(grown + FILE * 300)
    with pytest.raises(DigestMismatch):
        parts.extend(uploaded.chunks())
    assert sum(map(len, parts)) <= len(grown)


@pytest.fixture
def proxy(listener, monkeypatch):
    """What a proxy that the environment names is sent."""
    address, notes = listener()
    for name in ("no_proxy", "NO_PROXY", "REQUEST_METHOD"):
        monkeypatch.delenv(name, raising=False)
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, address)
        monkeypatch.setenv(name.lower(), address)
    return notes


async def order_of(client):
    """An order asked for over the network by either twin."""
    if isinstance(client, Liutong):
        return await asyncio.to_thread(client.orders.get, "ord_1")
    return await client.orders.get("ord_1")


@pytest.mark.parametrize("kind", [AsyncLiutong, Liutong])
async def test_a_key_in_the_clear_goes_to_no_proxy(kind, listener, proxy):
    address, centre = listener()
    client = kind(address, "ltk_test_secret")
    with pytest.raises(NotThere):
        await order_of(client)
    assert proxy == []
    assert centre == [("/v1/orders/ord_1", "Bearer ltk_test_secret")]


@pytest.mark.parametrize("kind", [AsyncLiutong, Liutong])
async def test_a_proxy_sees_nothing_of_what_goes_over_https(kind, proxy, monkeypatch):
    monkeypatch.setattr("liutong_client.retries.TRIES_MAX", 1)
    client = kind(CENTRE, "ltk_test_secret")
    with pytest.raises(NotReached):
        await order_of(client)
    assert set(proxy) == {("centre.example:443", None)}


async def test_nothing_that_is_shown_has_the_key(twin):
    client = twin(lambda request: problem(403))
    with pytest.raises(NotAllowed) as told:
        await outcome(twin, lambda: client.orders.get("ord_1"))
    shown = [repr(client), repr(client.orders), repr(client._caller), str(told.value), repr(told.value)]
    assert not any("ltk_test_secret" in each for each in shown)


def test_both_twins_have_the_same_methods():
    def surface(kind):
        client = kind(CENTRE)
        return {
            f"{name}.{method}".replace("aclose", "close")
            for name, group in [("", client), *vars(client).items()]
            for method in dir(group)
            if not method.startswith("_") and callable(getattr(group, method))
        }

    assert surface(AsyncLiutong) == surface(Liutong)
    assert not asyncio.iscoroutinefunction(Liutong(CENTRE).orders.get)


def test_a_service_takes_address_and_key_from_its_environment(monkeypatch):
    monkeypatch.setenv("LIUTONG_URL", "http://centre.example")
    monkeypatch.delenv("LIUTONG_API_KEY", raising=False)
    Liutong.from_environment().close()
    monkeypatch.setenv("LIUTONG_API_KEY", "ltk_test_secret")
    with pytest.raises(KeyInTheClear):
        Liutong.from_environment()


def test_what_its_page_shows_is_there():
    """Every method and member that client/README.md calls on a client."""
    page = (source.ROOT / "client/README.md").read_text(encoding="utf-8")
    [story] = re.findall(r"```python\n(.*?)```", page, re.DOTALL)
    ast.parse(story)
    client = Liutong(CENTRE)
    named = re.findall(r"\bbuyer\.(\w+)(?:\.(\w+))?\(", story)
    assert len(named) > 8
    for group, method in named:
        assert callable(getattr(getattr(client, group), method) if method else getattr(client, group)), (group, method)
    for module, name in re.findall(r"\b(models|operations)\.(\w+)", story):
        assert hasattr(liutong_client, module)
        assert hasattr(getattr(liutong_client, module), name), name
