"""`liutong keys prove` and `… sign`: what a first-time buyer needs to sign, without a line of code."""

import base64
import json

import pytest
from click.testing import CliRunner

from centre.cli.main import main
from kernel.crypto import signing


def told(*words):
    return CliRunner().invoke(main, ["keys", *map(str, words)])


@pytest.fixture
def key(tmp_path):
    assert told("new", tmp_path / "my.key").exit_code == 0
    return tmp_path / "my.key"


async def test_a_key_made_at_home_is_registered_and_signs(key, tmp_path, as_):
    proven = json.loads(told("prove", key).stdout)
    buyer = await as_("buyer")
    made = await buyer.post("/v1/signing-keys", proven)
    assert made.status_code == 201, made.text
    answer = tmp_path / "agreement.json"
    answer.write_text(json.dumps({"id": "agr_1", "signing_text": "双方同意。\n"}, ensure_ascii=False), encoding="utf-8")
    signed = told("sign", key, answer)
    assert signed.exit_code == 0
    assert "双方同意。" in signed.stderr, "who signs sees what"
    signature = base64.b64decode(json.loads(signed.stdout)["signature"])
    assert signing.verify(signing.from_multibase(proven["public_key"]), signature, "双方同意。\n".encode())


@pytest.mark.parametrize("content", ["", "{}", "[]", "null", '{"signing_text": 3}'])
def test_what_has_no_text_to_sign_is_refused(key, tmp_path, content):
    (tmp_path / "answer.json").write_text(content, encoding="utf-8")
    refused = told("sign", key, tmp_path / "answer.json")
    assert refused.exit_code == 1
    assert "signing_text" in refused.stderr


def test_what_is_no_key_is_refused_with_the_cure(tmp_path):
    (tmp_path / "my.key").write_text("0x", encoding="utf-8")
    for words in (
        ("prove", tmp_path / "my.key"),
        ("prove", tmp_path / "none"),
        ("sign", tmp_path / "none", tmp_path / "x"),
    ):
        refused = told(*words)
        assert refused.exit_code == 1
        assert "liutong keys new" in refused.stderr
