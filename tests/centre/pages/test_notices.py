"""The page of public notices: what everybody may see of each, in both languages, and nothing that breaks out of it."""

import html
import re

import pytest

from tests.rights import story


@pytest.mark.slow
@pytest.mark.parametrize(("lang", "words"), [
    ("zh", ("登记公示", "初次登记", "数据经营权", "使用主体", "经同意", "禁止", "English")),
    ("en", ("Public notices", "initial registration", "right to operate data", "by whom", "with consent", "中文")),
])  # fmt: skip
async def test_the_page_of_notices(as_, client, lang, words):
    empty = await client.get(f"/{lang}/notices")
    assert ("目前没有" if lang == "zh" else "Nothing is in public notice") in empty.text
    provider, registrar = await as_("provider"), await as_("registrar")
    of = await story.asset(provider, name="<script>alert(1)</script>数据")
    made = await provider.post("/v1/registrations", await story.application(provider, of, restrictions="不得转卖"))
    case = await story.noticed(registrar, made.json())
    page = await client.get(f"/{lang}/notices")
    assert (page.status_code, page.headers["content-language"]) == (200, "zh-CN" if lang == "zh" else "en")
    assert all(word in page.text for word in (*words, case["id"], case["notice_until"]["on"], "不得转卖"))
    assert "<script>alert" not in page.text
    assert story.APPLICANT["address"] not in page.text


@pytest.mark.slow
async def test_more_notices_than_one_page(as_, client):
    provider, registrar = await as_("provider"), await as_("registrar")
    for number in range(3):
        await story.noticed(registrar, await story.submitted(provider, b"content %d" % number))
    first = await client.get("/en/notices", params={"limit": 2})
    assert first.text.count('<li class="card"') == 2
    path = html.unescape(re.search(r'rel="next" href="([^"]+)"', first.text)[1])
    second = await client.get(path)
    assert second.text.count('<li class="card"') == 1
