"""Checking the two signatures of a document offline; pure, no network, no database."""

from typing import Any

from kernel.crypto import signing


def signature_holds(signatures: Any, role: str, party: Any, text: str) -> bool:
    """Exactly one signature of the role over the text, by its party, with a key that the other party did not use.

    `signatures` and `party` stand in a document as anybody may have written it: malformed ones do not hold.
    """
    if not isinstance(signatures, list) or not all(isinstance(one, dict) for one in signatures):
        return False
    mine = [one for one in signatures if one.get("role") == role]
    others = {str(one.get("public_key")) for one in signatures if one.get("role") != role}
    if len(mine) != 1 or len(signatures) != 2 or str(mine[0].get("public_key")) in others:
        return False
    if not isinstance(party, dict) or mine[0].get("party") != party.get("party_id"):
        return False
    return signing.verify_text(mine[0].get("public_key"), mine[0].get("signature"), text)
