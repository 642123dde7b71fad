"""Sygnet's verifier: what "genuine" means, decided offline and by nothing else of ours.

It reads bytes and answers with a verdict. It never writes a file, holds no private key and
uses no network (only the command's `--update-trust` does, in `verifier.trust_update`). A paper
is judged by the text of its QR code, a file by its bytes:

>>> from datetime import UTC, datetime
>>> from verifier import TrustList, verify_pdf, verify_text
>>> now = datetime(2026, 3, 15, 12, 0, tzinfo=UTC)
>>> trust = TrustList("Example Ltd", version=1, as_of=now, keys=(), hosts=())
>>> verdict = verify_text("https://example.com/menu", trust, now)
>>> verdict.outcome
<Outcome.CANNOT_TELL: 'cannot_tell'>
>>> verdict.sentence("en")
'It cannot be told whether this is genuine. Judged by the trust list as of 2026-03-15 12:00 UTC.'
>>> [finding.sentence("en") for finding in verdict.findings]
['This code is something else than a certificate of authenticity.']
>>> verify_pdf(b"hello", trust, now).findings[0].code
'not_a_pdf'

A real trust list comes from `load_trust(folder)`, a picture's code from
`verifier.picture.verify_picture`. The definition itself is in `verifier.document`.
"""

from __future__ import annotations

from verifier.document import verify_pdf, verify_text
from verifier.errors import VerifierError
from verifier.trust_folder import load_trust, load_trust_files
from verifier.trust_list import TrustList
from verifier.verdict import Finding, Outcome, Severity, Verdict

__all__ = [
    "Finding",
    "Outcome",
    "Severity",
    "TrustList",
    "Verdict",
    "VerifierError",
    "load_trust",
    "load_trust_files",
    "verify_pdf",
    "verify_text",
]
