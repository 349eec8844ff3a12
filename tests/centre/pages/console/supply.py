"""A provider on its way through pages alone: from its application to a product on the shelf."""

import re
from dataclasses import dataclass
from typing import Any

import polars as pl

from tests.centre.pages.console.walking import Walker
from tests.centre.pages.people import PASSWORD
from tests.makers import make_uscc
from tests.rights import story
from tests.valuation.makers import parquet

EMAIL = "wang@supply.example"
LEVELS = parquet(pl.DataFrame({"id": [1, 2, 3, 4], "level": [3.2, 3.4, None, 3.1]}))
CONTRACT = """apiVersion: v3.1.0
kind: DataContract
id: levels
version: 1.0.0
schema:
  - name: levels
    properties:
      - {name: id, logicalType: integer, primaryKey: true, classification: public}
      - {name: level, logicalType: number, required: true, classification: public}
"""
LISTING = {
    "title_en": "River levels",
    "title_zh": "河流水位",
    "summary_en": "Levels at four moments.",
    "summary_zh": "某水文站四个时刻的水位，可用于水文建模。",
    "theme": "水文",
    "keywords": "水位\nriver",
    "price_kind": "one-off",
    "price/amount": "12500.00",
    "licence/actions": ["use", "process"],
    "licence/purposes": ["internal-analysis"],
    "licence/territory": ["CN"],
    "licence/environments": ["open"],
    "licence/term_days": "365",
}
ASSET = {
    "name": "示范河流逐时水位",
    "overview": "某水文站四个时刻的水位，由公式生成，供测试。",
    "industry": "N76",
    "theme": "水文",
    "update_cycle": "once",
    "region": "内蒙古自治区",
    "region_level": "province",
    "structure": "structured",
    "records": "4",
    "source_kind": "generated",
    "covers_from": "2025-06-01",
    "covers_until": "2025-06-20",
}


@dataclass
class Supply:
    """The provider at its browser, and everybody who answers it by key."""

    at: Walker
    client: Any
    as_: Any
    drain: Any
    clock: Any
    asset: str = ""
    key: Any = None

    async def apply(self) -> None:
        """The application, its admission by the operator, and the first sign-in."""
        page = await self.at.open("/en/apply")
        pledges = re.findall(r'name="pledges" value="([^"]+)"', page)
        entered = {
            "uscc": make_uscc(),
            "name": "示范水文数据有限公司",
            "kind": "enterprise",
            "roles": ["provider"],
            "pledges": pledges,
            "contact/name": "王五",
            "contact/email": EMAIL,
            "member/name": "王五",
            "member/email": EMAIL,
            "member/password": PASSWORD,
        }
        made = await self.at.send(entered, status=201)
        secret = re.search(r"(ltk_\w+_\w+_[\w-]+)", made)
        party = re.search(r"(pty_\w{26})", made)
        assert secret
        assert party
        operator = await self.as_("operator")
        admitted = await operator.post(f"/v1/parties/{party[1]}/admission", {"action": "admit", "reason": "materials"})
        assert admitted.status_code == 200, admitted.text
        self.key = self.client.with_key(secret[1])
        self.key.party = party[1]
        await self.at.open("/en/sign-in")
        await self.at.send({"email": EMAIL, "password": PASSWORD})

    async def upload(self, name: str, content: bytes, purpose: str) -> str:
        """Upload a file; gives its id."""
        await self.at.open("/en/console/files")
        await self.at.follow("Upload file")
        await self.at.send({"purpose": purpose}, file=(name, content))
        assert name in self.at.text
        return self.at.id

    async def describe(self) -> None:
        """An asset with one revision, classified."""
        data = await self.upload("levels.parquet", LEVELS, "data")
        await self.at.open("/en/console/assets?do=create_asset")
        await self.at.send(ASSET)
        self.asset = self.at.id
        await self.at.follow("To do: Upload files")
        await self.at.send({"files": [data]})
        await self.at.open(f"/en/console/assets/{self.asset}")
        await self.at.follow("To do: Classify")
        item = {"items/0/name": "水位", "items/0/impacts": "organisation-or-individual: ordinary"}
        await self.at.send(item | {"personal": "none"})

    async def score(self) -> None:
        """A quality run to its end, whose page says how far it is meanwhile."""
        await self.at.open(f"/en/console/assets/{self.asset}")
        await self.at.follow("To do: Score")
        page = await self.at.send({"contract": CONTRACT})
        assert "It is queued and has not begun" in page
        await self.drain()
        page = await self.at.follow("Refresh")
        assert "levels.level:not_null" in page
        assert "Scores by dimension" in page

    async def register(self) -> None:
        """The application for registration, decided by the registrar's key once its notice is over."""
        kinds = story.EVIDENCE["generated"]
        files = {kind: await self.upload(f"{kind}.pdf", f"%PDF {kind}".encode(), "evidence") for kind in kinds}
        await self.at.open(f"/en/console/assets/{self.asset}")
        await self.at.follow("To do: Register")
        entered = {"title_basis": "own-operations", "rights": ["HOLD", "USE", "OPERATE"]}
        for row, (kind, file) in enumerate(files.items()):
            entered |= {f"evidence/{row}/kind": kind, f"evidence/{row}/file_id": file}
        entered |= {f"scope/{name}": value for name, value in story.SCOPE.items()}
        entered |= {f"applicant/{name}": value for name, value in story.APPLICANT.items()}
        await self.at.send(entered)
        registrar = await self.as_("registrar")
        case = (await registrar.get(f"/v1/registrations/{self.at.id}")).json()
        await self.drain()
        case = await story.noticed(registrar, case)
        story.stand_after(self.clock, case["notice_until"]["on"])
        await story.certify(registrar, case)

    async def list_(self) -> str:
        """A draft, what its gates say, its submission, and its approval by the reviewer's key; gives the product."""
        await self.sign_in_again()
        await self.at.open(f"/en/console/assets/{self.asset}")
        await self.at.follow("To do: List")
        page = await self.at.send(LISTING)
        listing = self.at.id
        assert "Only you see a draft" in page
        assert "Refused" not in page
        await self.at.follow("Submit for review")
        page = await self.at.send()
        assert "Submitted: the centre reviews it" in page
        reviewer = await self.as_("reviewer")
        approved = await reviewer.post(f"/v1/listings/{listing}/review", {"decision": "approve", "reason": "齐备"})
        assert approved.status_code == 200, approved.text
        return listing

    async def sign_in_again(self) -> None:
        """After days the session is over."""
        if 'name="email"' not in await self.at.open("/en/sign-in"):
            return
        await self.at.send({"email": EMAIL, "password": PASSWORD})
