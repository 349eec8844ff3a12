"""One attempt against real receivers: signatures, redirects, slowness, TLS, and addresses inside."""

import asyncio
import gzip
import ipaddress
import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from standardwebhooks import Webhook, WebhookVerificationError

from kernel.time.clock import SystemClock
from kernel.webhooks.sending import Outcome, Sender, resolve, signed

from .receiver import receiving

SECRETS = ["whsec_" + "bmV3bmV3bmV3bmV3bmV3bmV3bmV3bmV3", "whsec_" + "b2xkb2xkb2xkb2xkb2xkb2xkb2xkb2xk"]
BODY = '{"type":"测试"}'.encode()


def leads_to(*addresses):
    async def found(host, port):
        return [ipaddress.ip_address(address) for address in addresses]

    return found


async def test_both_signatures_are_good_and_a_changed_byte_is_not():
    async with receiving() as receiver:
        headers = signed("ent_1", BODY, SECRETS, SystemClock())
        assert await Sender(sandbox=True, timeout_seconds=5).post(receiver.url(), BODY, headers) == Outcome(200, None)
    got = receiver.received[0]
    assert got.headers["webhook-id"] == "ent_1"
    for secret in SECRETS:
        assert Webhook(secret).verify(got.body, got.headers) == {"type": "测试"}
        with pytest.raises(WebhookVerificationError):
            Webhook(secret).verify(got.body + b" ", got.headers)
    with pytest.raises(WebhookVerificationError):
        Webhook("whsec_" + "b3RoZXJvdGhlcm90aGVy").verify(got.body, got.headers)


async def test_a_redirect_is_not_followed_and_is_no_receipt():
    async with receiving() as receiver:
        receiver.script, receiver.headers = [302], [("location", receiver.url("/elsewhere"))]
        outcome = await Sender(sandbox=True, timeout_seconds=5).post(receiver.url(), BODY, {})
    assert outcome == Outcome(302, None)
    assert not outcome.received
    assert [each.target for each in receiver.received] == ["/hook"]


async def test_an_endless_answer_is_not_read():
    async with receiving() as receiver:
        receiver.body = b"x" * 5_000_000
        assert (await Sender(sandbox=True, timeout_seconds=5).post(receiver.url(), BODY, {})).received


async def test_what_is_packed_is_read_as_it_was_sent():
    packed = gzip.compress(gzip.compress(b"\0" * 1_000_000))
    asked = []

    async def serve(reader, writer):
        asked.append(await reader.readuntil(b"\r\n\r\n"))
        head = f"HTTP/1.1 200 OK\r\nContent-Encoding: gzip, gzip\r\nContent-Length: {len(packed)}\r\n\r\n"
        writer.write(head.encode() + packed)
        writer.close()

    async with await asyncio.start_server(serve, "127.0.0.1", 0) as server:
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/"
        outcome = await Sender(sandbox=True, timeout_seconds=5).ask("GET", url, None, {}, read_bytes_max=len(packed))
    assert outcome.body == packed
    assert b"accept-encoding: identity" in asked[0].lower()


async def test_a_slow_receiver_ends_by_the_clock():
    async with receiving() as receiver:
        receiver.delay = 1.5
        outcome = await Sender(sandbox=True, timeout_seconds=0.3).post(receiver.url(), BODY, {})
    assert outcome == Outcome(None, "timed-out")


async def test_nobody_listening_is_an_outcome_too():
    async with receiving() as receiver:
        url = receiver.url()
    assert await Sender(sandbox=True, timeout_seconds=5).post(url, BODY, {}) == Outcome(None, "connection-failed")


async def test_production_never_connects_to_an_address_inside():
    async with receiving() as receiver:
        sender = Sender(sandbox=False, timeout_seconds=5)
        for url in (
            receiver.url(),
            receiver.url(scheme="https"),
            receiver.url(scheme="https", host="localhost"),
            f"https://2130706433:{receiver.port}/hook",
            f"https://0x7f.1:{receiver.port}/hook",
        ):
            assert await sender.post(url, BODY, {}) == Outcome(None, "address-refused"), url
    assert receiver.received == []


@pytest.mark.parametrize("addresses", [("127.0.0.1",), ("8.8.8.8", "127.0.0.1"), ("10.0.0.1",), ("169.254.169.254",)])
async def test_a_public_name_that_leads_inside_is_refused(addresses):
    sender = Sender(sandbox=False, timeout_seconds=5, resolve=leads_to(*addresses))
    assert await sender.post("https://hooks.example.com/", BODY, {}) == Outcome(None, "address-refused")


async def test_a_name_that_leads_nowhere():
    async def none(host, port):
        raise OSError("no such name")

    sender = Sender(sandbox=False, timeout_seconds=5, resolve=none)
    assert await sender.post("https://hooks.example.com/", BODY, {}) == Outcome(None, "name-not-found")
    assert await resolve("localhost", 80)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory):
    """A server certificate for hooks.example.cn, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "hooks.example.cn")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("hooks.example.cn")]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "server.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


async def test_the_checked_address_is_used_and_the_certificate_is_verified_for_the_name(certificate):
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate)
    trusting = ssl.create_default_context(cafile=str(certificate))
    async with receiving(ssl=server) as receiver:
        # The name exists nowhere: only the resolver that was asked knows it, so the checked address was used.
        sender = Sender(sandbox=True, timeout_seconds=5, resolve=leads_to("127.0.0.1"), tls=trusting)
        sent = await sender.post(receiver.url(scheme="https", host="hooks.example.cn"), BODY, {})
        assert sent == Outcome(200, None)
        assert receiver.received[0].headers["host"] == f"hooks.example.cn:{receiver.port}"
        wrong = await sender.post(receiver.url(scheme="https", host="other.example.cn"), BODY, {})
        assert wrong == Outcome(None, "tls-failed")
        distrusting = Sender(sandbox=True, timeout_seconds=5, resolve=leads_to("127.0.0.1"))
        unknown = await distrusting.post(receiver.url(scheme="https", host="hooks.example.cn"), BODY, {})
        assert unknown == Outcome(None, "tls-failed")
    assert len(receiver.received) == 1


async def test_a_second_address_is_tried_when_the_first_does_not_answer():
    async with receiving() as receiver:
        sender = Sender(sandbox=True, timeout_seconds=5, resolve=leads_to("127.0.0.2", "127.0.0.1"))
        assert (await sender.post(receiver.url(host="hooks.example.cn"), BODY, {})).received
