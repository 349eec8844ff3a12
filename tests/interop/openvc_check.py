"""An outside verifier of credentials and status lists: PyPI openvc-core, in an environment of its own.

python openvc_check.py CREDENTIAL.json DID.json STATUS.json INDEX
"""

import json
import sys
from datetime import UTC, datetime
from pathlib import Path

from openvc.did.base import parse_did_document
from openvc.proof.di_jcs import EddsaJcsProofSuite
from openvc.status.bitstring import decode_bitstring, get_status_bit


class Saved:
    """Resolves the one DID whose document was saved."""

    def __init__(self, document: dict[str, object]) -> None:
        self._document = document

    def supports(self, did: str) -> bool:
        """Whether it is that DID."""
        return did == self._document["id"]

    def resolve(self, _did: str) -> object:
        """The saved document."""
        return parse_did_document(self._document)


def main() -> int:
    """Verify both credentials, then look the bit up."""
    credential, did, listed = (json.loads(Path(path).read_text(encoding="utf-8")) for path in sys.argv[1:4])
    try:
        now = datetime.fromisoformat(credential["validFrom"]).astimezone(UTC)
        verified, _ = (EddsaJcsProofSuite().verify(each, resolver=Saved(did), now=now) for each in (credential, listed))
        bit = get_status_bit(decode_bitstring(listed["credentialSubject"]["encodedList"]), int(sys.argv[4]))
    except Exception as problem:
        print("REFUSED:", type(problem).__name__, problem)
        return 1
    print("VERIFIED: issued by", verified.issuer, "status bit", bit)
    return 0


if __name__ == "__main__":
    sys.exit(main())
