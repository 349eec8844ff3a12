"""Documents write moments, money and the centre's name in one way, on pages and in print, old ones included."""

import re
from pathlib import Path

import pytest

from kernel.documents import readable, render, seal
from kernel.documents.prints import typeset

NAMED = {
    "id": "http://centre/v1/documents/doc_1",
    "issuer": "did:web:centre",
    "validFrom": "2026-12-07T01:00:18Z",
    "credentialSubject": {
        "id": "http://centre/id/dlv_1",
        "kind": "delivery-receipt",
        "centre": {"name": "内蒙古数据流通中心 <测试>", "uscc": "12150000MB1A2B3C42"},
        "order": "ord_1",
        "title_zh": "航班",
        "title_en": "Flights",
        "agreement": {"id": "agr_1", "digest": "sha256:00"},
        "provider": "pty_1",
        "provider_name": "草原公司",
        "buyer": "pty_2",
        "buyer_name": "京华公司",
        "files": [{"name": "a.csv", "size_bytes": 5101768, "sha256": "0" * 64}],
        "received_at": "2026-12-07T17:00:18.501912Z",
    },
}
YESTERDAY = {
    **NAMED,
    "credentialSubject": {
        name: value
        for name, value in NAMED["credentialSubject"].items()
        if name not in ("centre", "title_zh", "title_en", "provider_name", "buyer_name")
    },
}


@pytest.mark.parametrize(
    ("lang", "said"),
    [("zh", "2026-12-08 01:00:18 北京时间（Asia/Shanghai）"), ("en", "2026-12-08 01:00:18 Asia/Shanghai (UTC+8)")],
)
def test_moments_are_told_in_the_centres_time_which_is_named(lang, said):
    assert readable.local("2026-12-07T17:00:18.501912Z", lang) == said


def test_money_and_rates_are_written_in_one_way():
    assert readable.money({"amount": "18800.00", "currency": "CNY"}) == "18,800.00 CNY"
    assert readable.money("1234567.5", "USD") == "1,234,567.5 USD"
    assert readable.money("-0.10", "CNY") == "-0.10 CNY"
    assert [readable.percent(rate) for rate in ("0.05", "0.025", "1", "0")] == ["5 %", "2.5 %", "100 %", "0 %"]


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_page_bears_the_centres_name_and_seal_and_names_beside_ids(lang):
    page = render.html(NAMED, "delivery-receipt", lang)
    assert page.count("内蒙古数据流通中心 &lt;测试&gt;") >= 2
    assert 'class="seal"' in page
    assert "草原公司" in page
    assert "京华公司" in page
    assert "2026-12-08 01:00:18" in page
    assert "2026-12-07 09:00:18" in page
    assert not re.search(r"\d{2}:\d{2}:\d{2}(\.\d+)?Z", page)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_document_of_yesterday_is_shown_without_what_it_does_not_say(lang):
    page = render.html(YESTERDAY, "delivery-receipt", lang)
    assert 'class="seal"' not in page
    assert "did:web:centre" in page
    assert "2026-12-08 01:00:18" in page


@pytest.mark.parametrize(
    "name", ["中心", "内蒙古自治区呼和浩特市数据流通交易服务中心（试运行）有限责任公司", "Data Circulation Centre"]
)
def test_a_seal_bears_every_sign_of_a_name_and_fits(name):
    drawn = seal.seal_svg(name, "zh")
    signs = re.findall(r"rotate\((-?[\d.]+) 60 60\)\">(.)</text>", drawn)
    assert "".join(sign for _, sign in signs) == name.replace(" ", "")
    assert float(signs[-1][0]) - float(signs[0][0]) <= 300


def test_every_template_of_a_document_tells_no_bare_moment():
    """A moment is shown through the filters; a bare one would be UTC with microseconds."""
    bare = re.compile(r"\{\{[^}|]*(_at|validFrom|as_of)\s*\}\}")
    for package, folder in render.SOURCES:
        place = Path(package.replace(".", "/")) / folder
        for template in place.glob("*.html"):
            if template.name == "report-blocks.html":
                continue  # The report's model tells its moments in words already.
            assert not bare.search(template.read_text(encoding="utf-8")), template


def test_the_print_is_given_name_seal_and_local_time():
    body = {**NAMED, "credentialSubject": {**NAMED["credentialSubject"], "measured": {"records": 12345}}}
    made = typeset.data(body, "zh", sha256="0", entry="ent_1", verify_url="http://centre/verify")
    assert made["centre"] == "内蒙古数据流通中心 <测试>"
    assert "&lt;测" not in made["centre"]
    assert made["seal"].startswith("<svg")
    assert made["issued_local"] == "2026-12-07 09:00:18 北京时间（Asia/Shanghai）"
    assert made["volume"]["measured_records"] == "12,345"
