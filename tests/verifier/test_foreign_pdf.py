"""verifier.foreign_pdf: documents of others, by roots that the caller names; never genuine."""

from __future__ import annotations

import logging
import time
from datetime import timedelta
from io import BytesIO

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given, settings
from hypothesis import strategies as st
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from reportlab.pdfgen.canvas import Canvas

from tests.fuzz.bounds import bounded
from tests.vectors.attacks import Attack, annotation_added, field_value_changed, white_box
from tests.vectors.foreign_files import (
    AUTHORITY,
    paper,
    roots,
    signed,
    signed_for_long,
    signed_in_a_maze,
)
from tests.vectors.hostile_structure import BOMBS, thousands_of_updates
from tests.vectors.identity_attacks import reissued
from tests.vectors.sealed_pdf import ISSUED, NOW, House, Sealed, claims_for, prepare, sign
from tests.vectors.timestamps import dss_added
from verifier.document import verify_pdf
from verifier.errors import TrustError
from verifier.foreign_pdf import read_roots, verify_foreign_pdf
from verifier.trust_list import TrustList
from verifier.verdict import Outcome, Verdict

logging.getLogger("pyhanko").setLevel(logging.CRITICAL)
logging.getLogger("pyhanko_certvalidator").setLevel(logging.CRITICAL)

ROOTS = roots()
LATER = ISSUED + timedelta(days=1)
SIGNED = signed(prepare(), "Director")


def judged(data: bytes, **more: object) -> Verdict:
    settings = {"roots": ROOTS, "now": LATER, **more}
    verdict = verify_foreign_pdf(data, settings["roots"], settings["now"])  # type: ignore[arg-type]
    assert verdict.outcome is not Outcome.GENUINE
    assert verdict.has("foreign_document")
    return verdict


def level(verdict: Verdict) -> str:
    return next(each.detail["level"] for each in verdict.findings if each.code == "foreign_level")


def as_sealed(data: bytes) -> Sealed:
    return Sealed(data, "", claims_for(data), len(data))


def test_a_document_of_another_authority_is_valid_and_not_ours(trust: TrustList) -> None:
    data = signed(paper())
    verdict = judged(data)
    assert verdict.outcome is Outcome.CANNOT_TELL
    assert verdict.against == {"foreign_document"}
    assert verdict.has("foreign_signature_good")
    assert verdict.has("foreign_covered")
    assert level(verdict) == "PAdES B-B"
    assert verdict.sentence("en").startswith("Not a Sygnet document. Its signatures are valid")
    assert (verdict.trust_version, verdict.claims) == (None, None)
    assert verify_pdf(data, trust, NOW).has("not_ours")


@pytest.mark.parametrize("language", ["pl", "en", "de", "uk"])
def test_it_is_never_called_genuine_in_any_language(language: str) -> None:
    for data in (signed(paper()), signed_for_long(paper()), paper(), b""):
        assert "Sygnet" in judged(data).sentence(language)
        assert judged(data).to_json(language)["outcome"] != "genuine"


def test_the_moment_that_it_was_judged_for_is_said() -> None:
    said = judged(signed(paper())).findings[0].sentence("en")
    assert "the given roots (1) as of 2026-03-15 10:26 UTC, without revocation" in said


def test_levels_and_times_are_told_apart() -> None:
    stamped = judged(signed(paper(), stamped=True))
    assert level(stamped) == "PAdES B-T"
    assert stamped.has("foreign_time_stamped")
    lasting = judged(signed_for_long(paper()))
    assert level(lasting) == "PAdES B-LTA"
    assert lasting.against == {"foreign_document"}
    plain = judged(signed(paper(), subfilter=SigSeedSubFilter.ADOBE_PKCS7_DETACHED))
    assert "not PAdES" in level(plain)
    assert judged(signed(paper())).has("foreign_time_claimed")


def test_other_roots_cannot_vouch_for_it() -> None:
    stranger = (House("stranger").root.certificate.public_bytes(Encoding.DER),)
    for given_roots in (stranger, ()):
        verdict = judged(signed(paper()), roots=given_roots)
        assert verdict.against == {"foreign_document", "foreign_signature_untrusted"}
        assert "Its signatures cannot be vouched for." in verdict.sentence("en")


@pytest.mark.parametrize("is_authority", [True, False])
def test_a_person_who_is_trusted_makes_nobody_trusted(is_authority: bool) -> None:
    """A caller may name a person's certificate; whom that person certifies is a stranger."""
    constraints = x509.BasicConstraints(ca=is_authority, path_length=None)
    usage = AUTHORITY.signing_ca.certificate.extensions.get_extension_for_class(x509.KeyUsage)
    changes: dict[type[x509.ExtensionType], x509.ExtensionType] = {
        x509.BasicConstraints: constraints,
        **({x509.KeyUsage: usage.value} if is_authority else {}),
    }
    named = reissued(AUTHORITY, AUTHORITY.director, extensions=changes)
    friend = reissued(AUTHORITY, AUTHORITY.client("A friend", ISSUED), by=named)
    data = sign(prepare(), "Client1", friend, AUTHORITY, ISSUED)
    verdict = verify_foreign_pdf(data, [named.certificate.public_bytes(Encoding.DER)], NOW)
    code = "foreign_signature_good" if is_authority else "foreign_signature_untrusted"
    assert code in [each.code for each in verdict.findings]


def test_an_expired_certificate_counts_only_under_a_timestamp() -> None:
    expired = AUTHORITY.director.certificate.not_valid_after_utc + timedelta(days=1)
    assert judged(signed(paper()), now=expired).has("foreign_signature_untrusted")
    assert judged(signed(paper(), stamped=True), now=expired).has("foreign_signature_good")


def test_a_changed_byte_breaks_it() -> None:
    data = signed(paper())
    broken = data.replace(b"Faktura", b"Fuktura")
    if broken == data:  # the page is packed
        at = data.index(b"stream") + 12
        broken = data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
    verdict = judged(broken)
    assert verdict.outcome is not Outcome.GENUINE
    assert not verdict.has("foreign_signature_good")


def test_a_page_painted_over_later_is_a_doubt() -> None:
    data = signed(prepare(), "Director")
    assert judged(white_box(as_sealed(data), AUTHORITY)).against == {
        "foreign_document",
        "foreign_changed_after",
        "foreign_not_covered",
    }
    for attack in (annotation_added, field_value_changed):
        assert judged(attack(as_sealed(data), AUTHORITY)).has("foreign_not_covered")


def test_a_second_signature_is_no_change() -> None:
    verdict = judged(signed(signed(paper()), "Signature2"))
    assert verdict.against == {"foreign_document"}
    assert verdict.has("foreign_filled_after")


def test_evidence_of_the_last_timestamp_need_not_be_covered() -> None:
    other = House("stranger")
    verdict = judged(dss_added(signed_for_long(paper()), other))  # as pyHanko's own command writes
    assert verdict.against == {"foreign_document"}
    assert verdict.has("foreign_evidence_after")
    assert not verdict.has("foreign_covered")
    filled = field_value_changed(as_sealed(dss_added(SIGNED, other)), AUTHORITY)
    assert judged(filled).has("foreign_not_covered")
    assert judged(dss_added(filled, other)).has("foreign_not_covered")


def test_a_certified_document_that_was_filled_against_its_rules_is_a_doubt() -> None:
    data = signed(prepare(), "Director", certify=True, docmdp_permissions=MDPPerm.NO_CHANGES)
    verdict = judged(field_value_changed(as_sealed(data), AUTHORITY))
    assert verdict.has("foreign_changed_after")


def test_junk_after_the_end_is_covered_by_nothing() -> None:
    verdict = judged(signed(paper()) + b"% junk\n")
    assert not verdict.has("foreign_covered")
    assert len(verdict.against) > 1


@pytest.mark.parametrize("data", [b"", b"hello", b"%PDF-1.7\n", b"%PDF-1.7\nstartxref\n0\n%%EOF\n"])
def test_what_cannot_be_read_cannot_be_told(data: bytes) -> None:
    assert judged(data).outcome is Outcome.CANNOT_TELL


@pytest.mark.parametrize("bomb", [*BOMBS, thousands_of_updates], ids=lambda bomb: bomb.__name__)
def test_a_hostile_structure_is_answered_soon(bomb: Attack) -> None:
    start = time.process_time()
    assert len(judged(bomb(as_sealed(SIGNED), AUTHORITY)).against) > 1
    assert time.process_time() - start < 5.0


def test_certificates_that_all_name_each_other_are_no_maze_to_get_lost_in() -> None:
    data = signed_in_a_maze(paper(), keys=6)
    with bounded():
        verdict = judged(data)
    assert verdict.has("foreign_signature_untrusted") or verdict.has("structure_unreadable")
    assert verdict.outcome is Outcome.CANNOT_TELL


def test_what_reportlab_made_can_be_judged() -> None:
    out = BytesIO()
    canvas = Canvas(out)  # it writes a comment into its trailer
    canvas.drawString(72, 720, "Faktura")
    canvas.save()
    assert judged(out.getvalue()).against == {"foreign_document", "foreign_unsigned"}
    assert judged(signed(out.getvalue())).against == {"foreign_document"}


def test_an_unsigned_document_is_said_to_be_unsigned() -> None:
    assert judged(paper()).has("foreign_unsigned")


@settings(max_examples=60, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 5000))
def test_no_bytes_make_it_raise(data: bytes, at: int) -> None:
    judged(b"%PDF-1.7\n" + data)
    judged(SIGNED[:at] + data + SIGNED[at + len(data) :])


def test_roots_are_read_from_pem_and_der() -> None:
    root = AUTHORITY.root.certificate
    other = House("stranger").root.certificate
    pem = root.public_bytes(Encoding.PEM) + other.public_bytes(Encoding.PEM)
    assert read_roots(pem) == (ROOTS[0], other.public_bytes(Encoding.DER))
    assert read_roots(ROOTS[0]) == ROOTS
    assert x509.load_der_x509_certificate(ROOTS[0]) == root


@pytest.mark.parametrize(
    "data", [b"", b"hello", b"-----BEGIN CERTIFICATE-----\nAA\n", b"0" * 5_000_000]
)
def test_what_is_no_root_is_refused(data: bytes) -> None:
    with pytest.raises(TrustError) as refused:
        read_roots(data)
    assert refused.value.code == "roots_form"


def test_a_sealed_document_of_ours_can_be_judged_too_and_is_not_called_genuine(
    sealed: Sealed, house: House
) -> None:
    root = (house.root.certificate.public_bytes(Encoding.DER),)
    verdict = judged(sealed.data, roots=root)
    assert verdict.against <= {"foreign_document", "foreign_signature_untrusted"}
    assert verdict.has("foreign_signature_good")
