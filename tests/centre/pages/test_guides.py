"""Guides as pages: nothing but Markdown's own markup, and every link for programs leads to what anybody may read."""

import re

import pytest

from centre.pages.portal.guides.drawing import ROLES, rendered
from tests.refusals import refused_page

HOSTILE = """# Title

<script>alert(1)</script> [x](javascript:alert(1)) [y](&#106;avascript:x)
[z](data:text/html,x) ![i](/static/x.svg)

| a | b |
|--:|:-:|
| 1 | <b>2</b> |

`/en/desk` and `/en/../x` and `</code><script>`

```sh
echo "</code></pre><script>"
```
"""


def test_markup_of_others_is_text_and_alignment_is_a_class():
    guide = rendered(HOSTILE)
    assert guide.title == "Title"
    assert re.findall(r"<script|<img|<b>|style=|href=\"(?:javascript|data|&#)", guide.body) == []
    assert '<th class="align-right">a</th>' in guide.body
    assert '<td class="align-center">&lt;b&gt;2&lt;/b&gt;</td>' in guide.body
    assert re.findall(r'<a href="([^"]*)">', guide.body) == ["/static/x.svg", "/en/desk"], "an image is a link"


async def test_every_link_for_programs_leads_to_what_anybody_may_read(pages):
    text = await pages.get("/llms.txt")
    assert text.headers["content-type"] == "text/plain; charset=utf-8"
    assert text.text.startswith("# 流通 Liutong\n\n> ")
    links = re.findall(r"^- \[[^\]]+\]\(http://127\.0\.0\.1:8000(/[^)]*)\)$", text.text, re.MULTILINE)
    assert len(links) == len([line for line in text.text.splitlines() if line.startswith("- ")])
    assert {"/v1/rulebook", "/v1/catalogue", "/docs/openapi.json", "/zh/listings"} <= set(links)
    assert {f"/en/guides/{role}" for role in ROLES} <= set(links)
    for link in links:
        assert (await pages.get(link)).status_code == 200, link


@pytest.mark.slow
async def test_a_guide_that_is_not_there_has_no_page(pages):
    for name in ("coffee", "provider.zh", "..%2Fapi"):
        refused_page(await pages.get(f"/en/guides/{name}"), 404, "There is no such page")
