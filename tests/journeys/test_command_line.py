"""The market from a terminal, at the real application.

From an asset to the shelf by a manifest, and from an order to its acceptance.
"""

import json

import pytest

from liutong_client import SigningKey
from market.manifests.jobs import succession
from tests.client import bridge
from tests.client.cli.run import Cutting, Flipping, Terminal, told
from tests.client.test_trade import FILES, trade
from tests.laws.source import ROOT
from tests.market.manifests.story import Shop
from tests.rights import story as rights

FORMS = json.loads((ROOT / "client/examples/levels.json").read_text(encoding="utf-8"))

MANIFEST = """\
apiVersion: liutong/v1
kind: Listing
metadata: {{name: river-levels, set: rivers}}
spec:
  asset: {asset}
  title: {{zh: 头道拐站逐时水位, en: Hourly river levels}}
  summary: {{zh: 480 个整点的水位与流量，可用于水文建模。, en: Level and flow at 480 hours.}}
  keywords: [水位, river]
  theme: 水文
  licence: {{actions: [use, process], purposes: [research], territory: [CN], environments: [open], term_days: 365}}
  price: {{currency: CNY, amount: "{price}"}}
"""


__all__ = ["trade"]


@pytest.fixture
def settings(settings):
    return bridge.local(settings)


@pytest.fixture
async def shop(runtime, as_):
    return await Shop.begin(runtime, as_)


async def log_size(shop):
    """How many leaves the log has or will have."""
    return await shop.runtime.pool.fetchval("SELECT count(*) FROM log_entry")


async def test_a_manifest_is_compared_applied_and_applied_again(shop, client, tmp_path):
    provider = Terminal(client, tmp_path, shop.provider.key)
    file = tmp_path / "listing.yaml"
    file.write_text(MANIFEST.format(asset=shop.asset, price="188.00"), encoding="utf-8")
    out, _ = await told(provider, "diff", "-f", file, code=3)
    assert out.startswith("+ river-levels: create, hand in\n")
    assert '    /spec/price: null → {"amount":"188.00","currency":"CNY"}' in out.splitlines()
    [made] = await provider.data("list", "-f", file)
    assert (made["action"], made["status"]) == ("create", "submitted")
    assert (await told(provider, "diff", "-f", file))[0].startswith("  river-levels: unchanged")
    before = await log_size(shop)
    out, _ = await told(provider, "apply", "-f", file)
    assert out.splitlines()[1].split() == ["river-levels", "unchanged", made["listing_id"], "submitted"]
    assert await log_size(shop) == before
    await shop.review(made["listing_id"])
    file.write_text(MANIFEST.format(asset=shop.asset, price="250.00"), encoding="utf-8")
    dry, _ = await told(provider, "apply", "--dry-run", "-f", file, LIUTONG_LANG="zh")
    assert "以新商品替换，提交审核" in dry
    [replaced] = await provider.data("apply", "-f", file)
    await shop.review(replaced["listing_id"])
    await succession(shop.runtime)
    shown = {row["id"]: row["status"] for row in await provider.data("list")}
    assert shown[made["listing_id"]] == "delisted"
    assert shown[replaced["listing_id"]] == "listed"
    [pruned] = await provider.data("apply", "--prune", "--set", "rivers")
    assert (pruned["action"], pruned["status"]) == ("delist", "delisted")


async def test_what_stands_against_a_manifest_is_told_by_its_lines(shop, client, tmp_path):
    provider, file = Terminal(client, tmp_path, shop.provider.key), tmp_path / "listing.yaml"
    good = MANIFEST.format(asset=shop.asset, price="188.00")
    bad = good.replace("river-levels", "b").replace("[research]", "[fun]").replace('"188.00"', '"1.234"')
    file.write_text(f"{good}---\n{bad}", encoding="utf-8")
    _, err = await told(provider, "diff", "-f", file, code=1)
    assert f"✗ {file}:23 /spec/price/amount: " in err
    _, err = await told(provider, "apply", "-f", file, code=1)
    assert f"✗ {file}:23 /spec/price/amount: " in err
    file.write_text(good.replace("theme:", "colour: red\n  theme:").replace('"188.00"', "188"), encoding="utf-8")
    _, err = await told(provider, "diff", "-f", file, code=1)
    assert f"{file}:9 /spec/colour: " in err
    assert f"{file}:12 /spec/price/amount: " in err
    assert "request " in err
    doubled = good.replace("  theme: 水文\n", "  theme: 水文\n  theme: 气象\n")
    file.write_text(doubled, encoding="utf-8")
    _, err = await told(provider, "diff", "-f", file, code=2)
    assert f"{file}:10: " in err
    file.write_text(good.replace('"188.00"', "188.0"), encoding="utf-8")
    _, err = await told(provider, "diff", "-f", file, code=2)
    assert f"{file}:11: " in err
    _, err = await told(provider, "diff", code=2)
    assert "-f FILE" in err
    _, err = await told(provider, "apply", "-f", file, "--prune", code=2)
    assert "--set" in err
    assert (await Terminal(client, tmp_path)("diff", "-f", file)).exit_code == 2
    file.write_text(good, encoding="utf-8")
    _, err = await told(Terminal(client, tmp_path), "diff", "-f", file, code=4)
    assert "sign in first" in err
    _, err = await told(Terminal(client, tmp_path, "ltk_none"), "diff", "-f", file, code=4)
    assert "liutong login" in err


@pytest.mark.slow
async def test_from_an_asset_to_the_shelf(as_, client, clock, drain, tmp_path):
    """Everything that a provider does, and between it what the centre's officers do."""
    party, examples = await as_("provider"), ROOT / "client/examples"
    provider = Terminal(client, tmp_path)
    _, err = await told(provider, "login", "--with-key", stdin=party.key + "\n")
    assert party.key not in err
    for name in ("asset", "registration", "classification"):
        (tmp_path / f"{name}.json").write_text(json.dumps(FORMS[name], ensure_ascii=False), encoding="utf-8")
    asset = (await provider.data("assets", "create", "-f", tmp_path / "asset.json"))["id"]
    uploaded = await provider.data("assets", "upload", asset, examples / "levels.csv")
    assert uploaded["number"] == 1
    await provider.data("assets", "classify", asset, "-f", tmp_path / "classification.json")
    assert [row["id"] for row in await provider.data("assets", "list")] == [asset]
    contract = examples / "levels.odcs.yaml"
    run = await provider.data("score", asset, "--contract", contract, "--no-wait", "--key", "s1")
    await drain()
    card = await provider.data("score", asset, "--contract", contract, "--key", "s1")
    assert card["run_id"] == run["id"]
    evidence = []
    for kind in ("identity-proof", "rights-statement", "data-sample", "collection-record"):
        (tmp_path / kind).write_bytes(kind.encode())
        evidence += ["--evidence", f"{kind}={tmp_path / kind}"]
    more = ("--basis", "own-operations", *evidence, "-f", tmp_path / "registration.json")
    case = await provider.data("register", asset, *more)
    await drain()
    registrar = await as_("registrar")
    noticed = await rights.noticed(registrar, case)
    rights.stand_after(clock, noticed["notice_until"]["on"])
    certificate = await rights.certify(registrar, noticed)
    assert certificate["asset_id"] == asset
    file = tmp_path / "listing.yaml"
    text = MANIFEST.format(asset=FORMS["asset"]["name"], price="188.00")
    file.write_text(text, encoding="utf-8")
    [line] = await provider.data("list", "-f", file)
    body = {"decision": "approve", "reason": "材料齐全"}
    approved = await (await as_("reviewer")).post(f"/v1/listings/{line['listing_id']}/review", body)
    assert approved.json()["status"] == "listed"
    assert (await told(provider, "diff", "-f", file))[0].startswith("  river-levels: unchanged")


async def test_terms_are_asked_for_countered_and_agreed(trade, client, tmp_path):
    buyer = Terminal(client, tmp_path / "buyer", trade.buyer.key)
    provider = Terminal(client, tmp_path / "provider", trade.provider.key)
    asking = ("negotiate", "request", trade.listing_id, "--purpose", "internal-analysis")
    _, err = await told(buyer, *asking, "--price", "a lot", code=2)
    assert "150.00" in err
    asked = await buyer.data(*asking, "--price", "8000.00")
    await provider.data("negotiate", "counter", asked["id"], "--price", "9000.00", "--note", "not for less")
    [row] = await buyer.data("negotiate", "list")
    assert (row["last_round"], row["owner"]) == (2, trade.buyer.party)
    [change] = await buyer.data("negotiate", "diff", asked["id"], 1, 2)
    assert (change["old"], change["new"]) == ("8000.00", "9000.00")
    digest = (await buyer.data("negotiate", "show", asked["id"]))["rounds"][-1]["terms_digest"]
    shown, _ = await told(buyer, "negotiate", "show", asked["id"])
    assert digest in shown
    agreed = await buyer.data("negotiate", "accept", asked["id"], "--digest", digest)
    assert agreed["status"] == "accepted"
    other = await buyer.data(*asking, "--price", "7000.00")
    ended = await provider.data("negotiate", "end", other["id"], "--reason", "too cheap")
    assert ended["status"] == "terminated"


async def test_a_key_is_kept_for_its_owner_and_forgotten(trade, client, tmp_path):
    person = Terminal(client, tmp_path)
    _, err = await told(person, "whoami", code=4)
    assert "LIUTONG_API_KEY" in err
    assert (await person("login", "--with-key", stdin="ltk_wrong\n")).exit_code == 4
    assert (await person("login", "--with-key", stdin="\n")).exit_code == 2
    assert (await person("login")).exit_code == 2
    assert (await person("login", "--with-key", "--url", "http://centre.example", stdin="ltk_a\n")).exit_code == 2
    _, err = await told(person, "login", "--with-key", "--profile", "shop", stdin=f"{trade.buyer.key}\n")
    assert trade.buyer.key not in err
    me = await person.data("whoami")
    assert (me["party"]["id"], "buyer" in me["roles"]) == (trade.buyer.party, True)
    out, _ = await told(person, "config", "show", "--origin")
    assert trade.buyer.key not in out
    rows = {row["name"]: row for row in await person.data("config", "show", "--origin")}
    assert (rows["key"]["value"], rows["key"]["origin"]) == ("***", "profile shop")
    assert rows["url"]["origin"] == "LIUTONG_URL"
    assert (await person("whoami", LIUTONG_URL="http://127.0.0.1:1")).exit_code == 4
    await told(person, "logout")
    assert (await person("whoami")).exit_code == 4


@pytest.mark.slow
async def test_from_buy_to_accept(trade, client, as_, drain, tmp_path):
    buyer = Terminal(client, tmp_path / "buyer", trade.buyer.key)
    provider = Terminal(client, tmp_path / "provider", trade.provider.key)
    assert trade.listing_id in (await told(buyer, "search"))[0]
    _, err = await told(buyer, "buy", trade.listing_id, "--purpose", "internal-analysis", code=2)
    assert "--yes" in err
    words = ("buy", trade.listing_id, "--purpose", "internal-analysis", "--key", "erp-1", "--yes")
    order = (await buyer.data(*words))["id"]
    assert (await buyer.data(*words))["id"] == order
    text, _ = await told(buyer, "agreement", order, LIUTONG_LANG="zh")
    digest = (await buyer.data("agreement", order))["digest"]
    assert digest in text
    for side in (provider, buyer):
        key = tmp_path / f"{id(side)}.key"
        SigningKey.create(key)
        signed = await side.data("sign", order, "--signing-key", key, "--digest", digest)
    assert signed["status"] == "in_force"
    wrong = ("sign", order, "--signing-key", key, "--digest", "sha256:" + "0" * 64)
    assert (await buyer(*wrong)).exit_code == 1
    out, _ = await told(buyer, "pay", order, "--yes")
    assert "reference" in out
    [payment] = (await trade.buyer.get("/v1/payments")).json()["items"]
    seen = {"bank_reference": "BANK-1", "amount": payment["amount"], "received_on": "2026-11-23"}
    assert (await (await as_("clearing")).post(f"/v1/payments/{payment['id']}/confirm", seen)).status_code == 200
    assert (await buyer.data("orders", "wait", order, "--until", "paid"))["status"] == "paid"
    _, err = await told(buyer, "orders", "wait", order, "--until", "settled", "--timeout", "1", code=5)
    assert "not in that time" in err
    trust = tmp_path / "trust.json"
    trust.write_bytes((await client.get("/v1/trust")).content)
    folder = tmp_path / "data"
    _, err = await told(buyer, "download", order, "--to", folder, "--receipt")
    assert "receipt doc_" in err
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == FILES
    await drain()
    _, err = await told(buyer, "download", order, "--to", folder, "--trust", trust)
    assert "✓ agreement" in err
    _, err = await told(buyer, "download", order, "--to", folder, "--trust", trust, "--pin", "sha256:00", code=6)
    _, err = await told(buyer, "accept", order, code=2)
    assert (await buyer.data("accept", order, "--yes"))["status"] == "accepted"
    assert [row["id"] for row in await buyer.data("orders", "list", "--status", "accepted")] == [order]
    assert (await told(buyer, "orders", "show", order))[0].split()[1] == order
    assert await provider.data("payouts", "list") == []
    assert await provider.data("payouts", "accounts") == []


async def test_a_download_that_was_cut_goes_on_and_a_wrong_byte_ends_with_nothing(trade, client, tmp_path):
    order = await trade.paid()
    made = []

    def cut(inner):
        made.append(Cutting(inner, 4500))
        return made[-1]

    buyer = Terminal(client, tmp_path, trade.buyer.key, wrap=cut)
    await told(buyer, "download", order, "--to", tmp_path / "data")
    assert made[0].asked[:2] == [(None, 200), ("bytes=4500-", 206)]
    assert (tmp_path / "data/flights.csv").read_bytes() == FILES["flights.csv"]
    (tmp_path / "data/flights.csv").write_bytes(b"my own notes")
    _, err = await told(buyer, "download", order, "--to", tmp_path / "data", code=1)
    assert "--force" in err
    assert (tmp_path / "data/flights.csv").read_bytes() == b"my own notes"
    await told(buyer, "download", order, "--to", tmp_path / "data", "--force")
    assert (tmp_path / "data/flights.csv").read_bytes() == FILES["flights.csv"]
    flipped = Terminal(client, tmp_path, trade.buyer.key, wrap=Flipping)
    _, err = await told(flipped, "download", order, "--to", tmp_path / "wrong", code=6)
    assert "sha256" in err
    assert not (tmp_path / "wrong/flights.csv").exists()
