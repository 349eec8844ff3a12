"""Run with a client that openapi-python-client made of an interface's document: calls it, and tells what it saw."""

import json
import sys

from interface_client import AuthenticatedClient
from interface_client.api.default import find_companies, get_company
from interface_client.models import Company, FindCompaniesBody

base, key, wrong = sys.argv[1:]


def client(secret):
    return AuthenticatedClient(base_url=base, token=secret, prefix="", auth_header_name="Liutong-Key")


company = get_company.sync_detailed("91汉", client=client(key), year=2026)
assert isinstance(company.parsed, Company)
found = find_companies.sync_detailed(client=client(key), body=FindCompaniesBody.from_dict({"name": "流通"}))
refused = get_company.sync_detailed("91汉", client=client(wrong))
told = {
    "name": company.parsed.name,
    "target": company.parsed.additional_properties["target"],
    "limit": company.headers["ratelimit-policy"],
    "found": (int(found.status_code), json.loads(found.content)["body"]),
    "refused": (int(refused.status_code), json.loads(refused.content)["code"]),
}
print(json.dumps(told, ensure_ascii=False))
