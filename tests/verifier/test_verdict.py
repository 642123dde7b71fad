"""verifier.verdict: genuine is never a default."""

from __future__ import annotations

import json

from tests.vectors.sealed_pdf import NOW, Sealed
from verifier.document import verify_pdf, verify_text
from verifier.findings import finding
from verifier.trust_list import TrustList
from verifier.verdict import Outcome, reach_verdict

GOOD = finding("seal_intact")
NOTICE = finding("time_not_assured", issued_at="x")
DOUBT = finding("not_ours")
BAD = finding("seal_missing")


def test_nothing_found_is_not_genuine() -> None:
    assert reach_verdict([], ["seal_intact"]) is Outcome.CANNOT_TELL


def test_genuine_needs_every_required_finding() -> None:
    assert reach_verdict([GOOD], ["seal_intact"]) is Outcome.GENUINE
    assert reach_verdict([GOOD], ["seal_intact", "bytes_intact"]) is Outcome.CANNOT_TELL
    assert reach_verdict([GOOD], ["bytes_intact|seal_intact"]) is Outcome.GENUINE


def test_a_notice_changes_nothing_a_doubt_does_and_bad_beats_doubt() -> None:
    assert reach_verdict([GOOD, NOTICE], ["seal_intact"]) is Outcome.GENUINE
    assert reach_verdict([GOOD, DOUBT], ["seal_intact"]) is Outcome.CANNOT_TELL
    assert reach_verdict([GOOD, DOUBT, BAD], ["seal_intact"]) is Outcome.ALTERED


def test_json_says_what_the_verdict_says(sealed: Sealed, trust: TrustList) -> None:
    tree = json.loads(json.dumps(verify_pdf(sealed.data, trust, NOW).to_json("pl")))
    assert set(tree) == {"outcome", "sentence", "findings", "claims", "trust", "checked_at"}
    assert tree["outcome"] == "genuine"
    assert tree["sentence"].startswith("Autentyczny.")
    assert tree["claims"]["signers"][1] == {
        "name": "Jan Kowalski",
        "role": "client",
        "method": "drawn",
        "proof": "sms_code",
        "signed_at": "2026-03-14T10:26:44Z",
    }
    assert tree["claims"]["document_id"] == sealed.claims.document_id.hex()
    assert tree["trust"] == {"version": 3, "as_of": "2026-03-15T10:00:00Z"}
    assert tree["checked_at"] == "2026-03-15T12:00:00Z"
    assert {"code", "severity", "detail", "sentence"} == set(tree["findings"][0])


def test_without_trusted_claims_json_has_none(trust: TrustList) -> None:
    tree = verify_text("menu", trust, NOW).to_json()
    assert (tree["outcome"], tree["claims"]) == ("cannot_tell", None)
