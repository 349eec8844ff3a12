"""What a certificate states of the data is counted in it, or marked as declared where it differs."""

import pytest

from rights.assets.codes import INDUSTRIES, industry_name
from rights.grants.vocabulary import region_name
from tests.refusals import refused
from tests.rights import story

DAY = INDUSTRIES.versions[-1].meta.effective_from
ROWS = b"day,price\n" + b"".join(b"2026-01-%02d,%d\n" % (1 + n % 28, n) for n in range(280))


async def claims(as_, clock, content: bytes, **over):
    provider, registrar = await as_("provider"), await as_("registrar")
    of = await story.asset(provider, content, **over)
    submitted = await provider.post("/v1/registrations", await story.application(provider, of))
    assert submitted.status_code == 201, submitted.text
    case = await story.noticed(registrar, submitted.json())
    story.stand_after(clock, case["notice_until"]["on"])
    case = await story.certify(registrar, case)
    certificate = (await provider.get(f"/v1/certificates/{case['certificate_number']}")).json()
    document = (await provider.get(f"/v1/documents/{certificate['document_id']}")).json()
    page = await provider.get(f"/v1/documents/{certificate['document_id']}/page", params={"lang": "zh"})
    return document["document"]["credentialSubject"], page.text


@pytest.mark.slow
async def test_what_was_typed_wrongly_is_marked_as_declared(as_, clock):
    wrong = {"records": 200_000, "covers_from": "2025-01-01", "covers_until": "2026-01-28"}
    stated, page = await claims(as_, clock, ROWS, **wrong)
    assert stated["measured"] == {
        "differs": ["records", "period"],
        "records": 280,
        "fields": 2,
        "earliest": "2026-01-01",
        "latest": "2026-01-28",
    }
    assert stated["asset"]["records"] == 200_000
    assert "280 条，2 个字段" in page
    assert "上列条数为申报，与实测不同" in page
    assert "上列时间为申报，与实测不同" in page
    assert stated["asset"]["industry_name"]["zh"] == "交通运输、仓储和邮政业（航空运输业）"
    assert "航空运输业" in page


@pytest.mark.slow
async def test_what_was_typed_rightly_is_not_marked(as_, clock):
    right = {"records": 280, "covers_from": "2026-01-01", "covers_until": "2026-01-28"}
    stated, page = await claims(as_, clock, ROWS, **right)
    assert stated["measured"]["differs"] == []
    assert "与实测不同" not in page


async def test_data_that_is_no_table_is_the_holders_word(as_, clock):
    stated, page = await claims(as_, clock, b"\x00\x01binary" * 50)
    assert stated["measured"]["records"] is None
    assert "条数与时间为申报" in page


async def test_an_industry_that_the_standard_does_not_have_is_refused(as_):
    answer = await (await as_("provider")).post("/v1/assets", story.description(industry="Q99"))
    (fault,) = refused(answer, 400, "asset-faulty", "LT-RGT-01")["errors"]
    assert fault["pointer"] == "/industry"
    assert fault["rule"] == "LT-RGT-01"
    assert "Q84" in fault["detail"]


def test_all_divisions_of_the_standard_are_named():
    listed = INDUSTRIES.versions[-1].body.industries
    divisions = [each.code[1:] for each in listed if len(each.code) == 3]
    assert divisions == [f"{number:02d}" for number in range(1, 98)]
    assert "".join(each.code for each in listed if len(each.code) == 1) == "ABCDEFGHIJKLMNOPQRST"
    found = industry_name("B06", DAY)
    assert found is not None
    assert found.zh == "采矿业（煤炭开采和洗选业）"
    assert industry_name("B60", DAY) is None


@pytest.mark.parametrize(
    ("region", "zh"),
    [
        ("15", "内蒙古自治区"),
        ("150000", "内蒙古自治区"),
        ("CN-1501", "内蒙古自治区（1501）"),
        ("美国纽约", "美国纽约"),
        ("全国", "全国"),
        ("99", "99"),
    ],
)
def test_regions_are_named(region, zh):
    assert region_name(region, DAY).zh == zh
