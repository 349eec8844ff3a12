"""What a witness decides of an add-checkpoint request; it remembers one head for each log, and never goes back."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field

from kernel.crypto.signing import Ed25519Signer
from kernel.log.witnesses.message import SIZE_TYPE, AddCheckpoint, RequestInvalid
from kernel.tlog import merkle
from kernel.tlog.note import Checkpoint, NoteInvalid, VerifierKey, cosignature, open_checkpoint, parse

Reply = tuple[int, str, str]


@dataclass
class Witness:
    """A witness with its key, the logs it knows, and the last head that it cosigned of each."""

    name: str
    signer: Ed25519Signer
    logs: dict[str, tuple[VerifierKey, ...]]
    now: Callable[[], int]
    seen: dict[str, tuple[int, bytes]] = field(default_factory=dict)
    asked: list[AddCheckpoint] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def add_checkpoint(self, body: bytes) -> Reply:
        """Answer as the specification orders: status, content type and body."""
        try:
            request = AddCheckpoint.parse(body.decode("utf-8"))
            head = Checkpoint.parse(parse(request.note).text)
        except (RequestInvalid, NoteInvalid, UnicodeDecodeError) as problem:
            return _said(400, str(problem))
        self.asked.append(request)
        if head.origin not in self.logs:
            return _said(404, "unknown log")
        try:
            open_checkpoint(request.note, self.logs[head.origin])
        except NoteInvalid as problem:
            return _said(403, str(problem))
        # Comparing with the last head and remembering the new one is one act, or two requests could roll it back.
        with self.lock:
            return self._compare(request, head)

    def _compare(self, request: AddCheckpoint, head: Checkpoint) -> Reply:
        if request.old > head.size:
            return _said(400, "the old size is beyond the checkpoint")
        size, root = self.seen.get(head.origin, (0, merkle.EMPTY_ROOT))
        if request.old != size:
            return 409, SIZE_TYPE, f"{size}\n"
        if size == 0:
            consistent = not request.proof and (head.size > 0 or head.root == merkle.EMPTY_ROOT)
        else:
            consistent = merkle.verify_consistency(size, head.size, root, head.root, list(request.proof))
        if not consistent:
            return _said(422, "not consistent with what was cosigned before")
        self.seen[head.origin] = (head.size, head.root)
        return 200, "text/plain; charset=utf-8", cosignature(head.body(), self.name, self.signer, self.now())


def _said(status: int, why: str) -> Reply:
    return status, "text/plain; charset=utf-8", why + "\n"
