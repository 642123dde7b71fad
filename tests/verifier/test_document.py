"""verifier.document: the steps, each with what breaks it, sealed by the honest key."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone

import pytest
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.sign.fields import MDPPerm

from tests.vectors.sealed_pdf import (
    CLIENTS,
    DIRECTOR_SIGNED,
    ISSUED,
    NOW,
    House,
    Sealed,
    add_client,
    claims_for,
    prepare,
    seal,
    sealed_pdf,
    sign,
    text_for,
)
from tests.vectors.timestamps import timestamped
from tests.vectors.tokens import sign_claims
from tests.verifier.verdicts import assert_altered, assert_cannot_tell, assert_genuine
from verifier.claims_coding import receipt_hash
from verifier.document import MAX_PDF_BYTES, examine_bytes, verify_pdf, verify_text
from verifier.report import report
from verifier.token import Claims, Role, TimeQuality, token_text
from verifier.trust_list import KeyRole, Revocation, TrustedKey, TrustList

CLIENT_AT = ISSUED - timedelta(seconds=9)


def directed(house: House, clients: int = 1, level: MDPPerm | None = MDPPerm.FILL_FORMS) -> bytes:
    """A document that the director signed, and certified when a level is given."""
    return sign(
        prepare(clients),
        "Director",
        house.director,
        house,
        DIRECTOR_SIGNED,
        certify=level is not None,
        docmdp_permissions=level or MDPPerm.FILL_FORMS,
    )


def sealed_as(
    prefix: bytes, house: House, change: Callable[[Claims], Claims] = lambda claims: claims
) -> bytes:
    """Seal a prefix, honestly, with whatever claims."""
    return seal(prefix, house, text_for(change(claims_for(prefix)), house))


def changed_key(
    trust: TrustList, role: KeyRole, change: Callable[[TrustedKey], TrustedKey]
) -> TrustList:
    """The list with the key of one role changed."""
    keys = tuple(change(key) if key.role is role else key for key in trust.keys)
    return replace(trust, keys=keys)


def revoked(trust: TrustList, role: KeyRole, *received: str, days: int = 0) -> TrustList:
    """The list with the key of one role revoked some days after the document was issued."""
    at = ISSUED + timedelta(days=days)
    revocation = Revocation(at, "stolen", frozenset(received))
    return changed_key(trust, role, lambda key: replace(key, revocation=revocation))


def test_a_sealed_file_is_genuine(sealed: Sealed, trust: TrustList) -> None:
    verdict = verify_pdf(sealed.data, trust, NOW)
    assert_genuine(verdict)
    assert verdict.claims == sealed.claims
    assert (verdict.trust_version, verdict.trust_as_of) == (trust.version, trust.as_of)
    assert verdict.checked_at == NOW
    assert [f.detail["name"] for f in verdict.findings if f.code == "signature_good"] == [
        "Katarzyna Wiśniewska",
        "Jan Kowalski",
    ]


def test_two_clients_are_genuine(house: House, trust: TrustList) -> None:
    assert_genuine(verify_pdf(sealed_pdf(house, clients=2).data, trust, NOW))


def test_the_fast_part_agrees(sealed: Sealed, trust: TrustList) -> None:
    assert_genuine(examine_bytes(sealed.data, trust, NOW))


# Step 1: the certificate


def test_what_is_no_pdf_is_said_to_be_none(trust: TrustList) -> None:
    for data in (b"", b"hello", b"\x89PNG\r\n\x1a\n", b"PK\x03\x04"):
        assert_cannot_tell(verify_pdf(data, trust, NOW), "not_a_pdf")


def test_a_pdf_without_a_certificate_is_not_ours(trust: TrustList) -> None:
    from io import BytesIO

    from pyhanko.pdf_utils import generic
    from pyhanko.pdf_utils.writer import PageObject, PdfFileWriter  # a PDF of somebody else

    writer = PdfFileWriter()
    stream = writer.add_object(generic.StreamObject(stream_data=b""))
    box = generic.ArrayObject(generic.NumberObject(n) for n in (0, 0, 200, 200))
    writer.insert_page(PageObject(contents=stream, media_box=box))
    out = BytesIO()
    writer.write(out)
    assert_cannot_tell(verify_pdf(out.getvalue(), trust, NOW), "not_ours")
    assert_cannot_tell(verify_pdf(b"%PDF-1.7\ngarbage", trust, NOW), "not_ours")


def test_a_file_beyond_the_limit_is_not_examined(trust: TrustList) -> None:
    data = b"%PDF-1.7".ljust(MAX_PDF_BYTES + 1, b"\0")
    assert_cannot_tell(verify_pdf(data, trust, NOW), "file_too_large")


def test_an_unsealed_document_of_ours_is_not_sealed(house: House, trust: TrustList) -> None:
    assert_cannot_tell(verify_pdf(prepare(), trust, NOW), "not_sealed")


def test_an_unknown_issuer_cannot_be_told(sealed: Sealed) -> None:
    verdict = verify_pdf(sealed.data, House("other").trust(), NOW)
    assert_cannot_tell(verdict, "issuer_unknown")
    assert verdict.claims is None


def test_a_damaged_certificate_inside_a_file_is_altered(
    house: House, sealed: Sealed, trust: TrustList
) -> None:
    prefix = sealed.data[: sealed.prefix_end]
    assert_altered(verify_pdf(seal(prefix, house, sealed.text[:-9]), trust, NOW))


def test_a_newer_certificate_cannot_be_told(house: House, sealed: Sealed, trust: TrustList) -> None:
    from tests.vectors.keys import raw_low_s_signature
    from verifier.token import split_token

    token = sign_claims(sealed.claims, house.seal.key)
    framed = split_token(token)
    payload = b"\xab" + framed.payload[1:] + b"\x0b\x01"  # an eleventh claim
    head = b"\x58" + bytes([len(payload)])
    message = framed.to_be_signed[: -len(framed.payload) - 2] + head + payload
    signature = raw_low_s_signature(house.seal.key, message)
    newer = token[:17] + head + payload + b"\x58\x40" + signature
    text = token_text("SYGNET.EXAMPLE", newer)
    assert_cannot_tell(verify_text(text, trust, NOW), "token_not_understood")


def test_a_link_to_a_foreign_host_cannot_be_told(sealed: Sealed, trust: TrustList) -> None:
    text = sealed.text.replace("SYGNET.EXAMPLE", "SYGNET.EVIL")
    assert_cannot_tell(verify_text(text, trust, NOW), "host_not_listed")
    assert_genuine(verify_text(text, replace(trust, hosts=()), NOW))


# Step 1: the key and the times


def test_a_key_outside_its_validity_cannot_be_told(sealed: Sealed, trust: TrustList) -> None:
    late = ISSUED + timedelta(hours=1)
    starts_late = changed_key(trust, KeyRole.SEAL, lambda key: replace(key, valid_from=late))
    assert_cannot_tell(verify_pdf(sealed.data, starts_late, NOW), "key_not_valid_then")
    over = changed_key(trust, KeyRole.SEAL, lambda key: replace(key, valid_until=ISSUED))
    assert_cannot_tell(verify_pdf(sealed.data, over, NOW), "key_not_valid_then")


def test_a_revoked_kiosk_backdates_in_vain(sealed: Sealed, trust: TrustList) -> None:
    verdict = verify_pdf(sealed.data, revoked(trust, KeyRole.SEAL, days=30), NOW)
    assert_cannot_tell(verdict, "key_revoked")


def test_a_revoked_kiosk_states_nothing_else_about_what_was_received(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    after = revoked(trust, KeyRole.SEAL, receipt_hash(sealed.claims))
    assert_genuine(verify_pdf(sealed.data, after, NOW))
    for change in (
        lambda claims: replace(claims, time_quality=TimeQuality.NOT_ASSURED),
        lambda claims: replace(claims, issued_at=claims.issued_at + timedelta(minutes=5)),
        lambda claims: replace(claims, certificate_sequence=99),
    ):
        data = sealed_as(sealed.data[: sealed.prefix_end], house, change)
        assert_cannot_tell(verify_pdf(data, after, NOW), "key_revoked")


def ended(trust: TrustList, until: datetime) -> TrustList:
    """The list with a seal key that ended then."""
    keys = (
        replace(key, valid_until=until) if key.role is KeyRole.SEAL else key for key in trust.keys
    )
    return replace(trust, keys=tuple(keys))


def test_a_key_that_has_ended_is_told_unless_a_time_stamp_proves_more(
    sealed: Sealed, house: House, trust: TrustList
) -> None:
    """Whoever still has it can write an earlier time; it stays genuine, as keys end on purpose."""
    after = ended(trust, NOW - timedelta(hours=1))
    for verdict in (verify_pdf(sealed.data, after, NOW), verify_text(sealed.text, after, NOW)):
        assert_genuine(verdict)
        assert verdict.has("key_ended_since")
    stamped = timestamped(sealed.data, house)
    assert not verify_pdf(stamped, after, NOW).has("key_ended_since")
    sooner = ended(trust, ISSUED + timedelta(minutes=1))
    assert verify_pdf(stamped, sooner, NOW).has("key_ended_since")
    assert not verify_pdf(sealed.data, trust, NOW).has("key_ended_since")


def test_a_key_that_has_ended_is_not_told_of_what_head_office_had(
    sealed: Sealed, trust: TrustList
) -> None:
    received = revoked(ended(trust, NOW), KeyRole.SEAL, receipt_hash(sealed.claims))
    verdict = verify_pdf(sealed.data, received, NOW)
    assert_genuine(verdict)
    assert not verdict.has("key_ended_since")


@pytest.mark.parametrize("turned_round", [False, True])
def test_a_key_that_is_listed_twice_is_revoked_when_one_entry_is(
    sealed: Sealed, trust: TrustList, turned_round: bool
) -> None:
    both = (trust, revoked(trust, KeyRole.KIOSK_CA, days=-1))
    first, second = both[::-1] if turned_round else both
    doubled = replace(trust, keys=(*first.keys, *second.keys))
    assert_cannot_tell(verify_pdf(sealed.data, doubled, NOW), "signer_revoked")


def test_a_certificate_received_before_the_revocation_stays_genuine(
    sealed: Sealed, trust: TrustList
) -> None:
    receipt = receipt_hash(sealed.claims)
    verdict = verify_pdf(sealed.data, revoked(trust, KeyRole.SEAL, receipt), NOW)
    assert_genuine(verdict)
    assert verdict.has("revoked_but_received")


@pytest.mark.parametrize(
    ("days", "code", "genuine"),
    [
        (0, "trust_fresh", True),
        (6.9, "trust_fresh", True),
        (7.1, "trust_ageing", True),
        (30, "trust_ageing", True),
        (30.1, "trust_stale", False),
        (4000, "trust_stale", False),
    ],
)
def test_the_age_of_the_trust_list_decides(
    sealed: Sealed, trust: TrustList, days: float, code: str, genuine: bool
) -> None:
    now = trust.as_of + timedelta(days=days)
    verdict = verify_pdf(sealed.data, trust, now)
    assert verdict.has(code)
    assert_genuine(verdict) if genuine else assert_cannot_tell(verdict, code)


def test_an_altered_file_is_altered_by_any_old_list(sealed: Sealed, trust: TrustList) -> None:
    forged = sealed.data.replace(b"Umowa", b"UmOwa", 1)
    verdict = verify_pdf(forged, trust, NOW + timedelta(days=900))
    assert_altered(verdict, "trust_stale", "bytes_changed")


def test_a_list_from_the_future_means_that_a_clock_is_wrong(
    sealed: Sealed, trust: TrustList
) -> None:
    ahead = replace(trust, as_of=NOW + timedelta(minutes=11))
    assert_cannot_tell(verify_pdf(sealed.data, ahead, NOW), "trust_from_future")
    assert_genuine(verify_pdf(sealed.data, replace(trust, as_of=NOW + timedelta(minutes=9)), NOW))


def test_a_certificate_from_the_future_cannot_be_told(sealed: Sealed, trust: TrustList) -> None:
    early = ISSUED - timedelta(minutes=11)
    older = replace(trust, as_of=early)
    assert_cannot_tell(verify_pdf(sealed.data, older, early), "issued_in_future")


# Paper


def test_a_paper_is_genuine_with_the_notice_that_pages_were_not_seen(
    sealed: Sealed, trust: TrustList
) -> None:
    verdict = verify_text(sealed.text + "\r\n", trust, NOW)
    assert_genuine(verdict)
    assert verdict.has("paper_only")
    said = "The certificate is genuine. Compare the paper with it. "
    assert verdict.sentence("en") == said + "Judged by the trust list as of 2026-03-15 10:00 UTC."


@pytest.mark.parametrize("language", ["pl", "en", "de", "uk"])
def test_the_date_of_the_trust_list_is_always_said(
    language: str, sealed: Sealed, trust: TrustList
) -> None:
    stranger = House("other").trust()
    for verdict in (
        verify_pdf(sealed.data, trust, NOW),
        verify_pdf(sealed.data[:-1], trust, NOW),
        verify_pdf(sealed.data, stranger, NOW),
        verify_pdf(b"", trust, NOW),
        verify_text(sealed.text, trust, NOW),
        verify_text("", trust, NOW + timedelta(days=900)),
    ):
        assert "2026-03-15 10:00 UTC" in verdict.sentence(language)
        assert "2026-03-15 10:00 UTC" in verdict.to_json(language)["sentence"]
        assert "2026-03-15 10:00" in report("file.pdf", verdict, language)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_certificate"),
        ("https://example.com", "not_a_certificate"),
        ("WIFI:T:WPA;S:home;P:secret;;", "not_a_certificate"),
        ("🖋" * 5000, "code_damaged"),
        ("HTTPS://SYGNET.EXAMPLE/C#", "code_damaged"),
        ("HTTPS://SYGNET.EXAMPLE/C#123", "code_damaged"),
        ("HTTPS://SYGNET.EXAMPLE/C#" + "9" * 1_000_000, "code_damaged"),
    ],
)
def test_a_code_of_something_else_cannot_be_told(text: str, code: str, trust: TrustList) -> None:
    assert_cannot_tell(verify_text(text, trust, NOW), code)


def test_a_code_cut_short_is_damaged(sealed: Sealed, trust: TrustList) -> None:
    assert_cannot_tell(verify_text(sealed.text[:-20], trust, NOW), "code_damaged")


def test_a_forged_code_is_altered(house: House, sealed: Sealed, trust: TrustList) -> None:
    token = bytearray(sign_claims(sealed.claims, house.seal.key))
    token[-70] ^= 1
    assert_altered(
        verify_text(token_text("SYGNET.EXAMPLE", bytes(token)), trust, NOW), "token_signature_bad"
    )


def test_a_paper_and_a_file_that_belong_together_are_genuine(
    sealed: Sealed, trust: TrustList
) -> None:
    lower = sealed.text.replace("HTTPS://SYGNET.EXAMPLE", "https://sygnet.example")
    for text in (sealed.text, lower, f" {lower}\n"):
        assert_genuine(verify_pdf(sealed.data, trust, NOW, text=text))


def test_a_paper_of_another_document_is_told_apart(
    house: House, sealed: Sealed, trust: TrustList
) -> None:
    aneks = text_for(replace(sealed.claims, title="Aneks"), house)
    for other in (aneks, sealed_pdf(house, clients=2).text):
        assert_altered(verify_pdf(sealed.data, trust, NOW, text=other), "other_certificate")


# Step 5: sealed by the honest kiosk, but not what the certificate says


def test_a_missing_client_is_seen(house: House, trust: TrustList) -> None:
    file = sealed_as(directed(house), house)
    assert_altered(verify_pdf(file, trust, NOW))
    assert verify_pdf(file, trust, NOW).against <= {"signature_missing", "signature_unexpected"}


def test_a_signature_too_many_is_seen(house: House, trust: TrustList) -> None:
    prefix = add_client(directed(house, clients=2), house, 1, CLIENT_AT)
    prefix = add_client(prefix, house, 2, CLIENT_AT)
    assert_altered(verify_pdf(sealed_as(prefix, house), trust, NOW), "signature_unexpected")


def test_an_empty_signature_field_is_seen(house: House, trust: TrustList) -> None:
    prefix = add_client(directed(house, clients=2), house, 1, CLIENT_AT)
    assert_altered(verify_pdf(sealed_as(prefix, house), trust, NOW), "signature_unexpected")


def test_another_person_than_the_certificate_names_is_seen(house: House, trust: TrustList) -> None:
    prefix = add_client(directed(house), house, 1, CLIENT_AT)

    def rename(claims: Claims) -> Claims:
        director, client = claims.signers
        return replace(claims, signers=(director, replace(client, name="Anna Nowak")))

    verdict = verify_pdf(sealed_as(prefix, house, rename), trust, NOW)
    assert_altered(verdict, "signer_differs", "document_differs")


def test_another_signing_time_than_the_certificate_states_is_seen(
    house: House, trust: TrustList
) -> None:
    for minutes, seen in ((9, False), (11, True)):
        prefix = add_client(directed(house), house, 1, CLIENT_AT - timedelta(minutes=minutes))
        verdict = verify_pdf(sealed_as(prefix, house), trust, NOW)
        assert_altered(verdict, "signing_time_differs") if seen else assert_genuine(verdict)


def test_another_number_of_pages_is_seen(house: House, trust: TrustList) -> None:
    prefix = add_client(directed(house), house, 1, CLIENT_AT)
    file = sealed_as(prefix, house, lambda claims: replace(claims, pages=3))
    assert_altered(verify_pdf(file, trust, NOW), "pages_differ")


@pytest.mark.parametrize("level", [MDPPerm.ANNOTATE, None])
def test_a_first_signature_that_does_not_protect_is_seen(
    house: House, trust: TrustList, level: MDPPerm | None
) -> None:
    prefix = add_client(directed(house, level=level), house, 1, CLIENT_AT)
    assert_altered(verify_pdf(sealed_as(prefix, house), trust, NOW), "certification_wrong")


def test_a_client_who_signs_before_the_director_is_seen(house: House, trust: TrustList) -> None:
    prefix = add_client(prepare(), house, 1, CLIENT_AT)
    prefix = sign(prefix, "Director", house.director, house, DIRECTOR_SIGNED)
    assert_altered(verify_pdf(sealed_as(prefix, house), trust, NOW), "order_wrong")


def test_a_page_changed_between_two_signatures_is_seen(house: House, trust: TrustList) -> None:
    from tests.vectors.attacks import white_box

    first = directed(house)
    painted = white_box(Sealed(first, "", claims_for(first), 0), house)
    prefix = add_client(painted, house, 1, CLIENT_AT)
    verdict = verify_pdf(sealed_as(prefix, house), trust, NOW)
    assert_altered(verdict, "changed_after_signature")


def test_bytes_between_the_last_person_and_the_seal_are_seen(
    house: House, trust: TrustList
) -> None:
    prefix = add_client(directed(house), house, 1, CLIENT_AT) + b"% more\n"
    assert_altered(verify_pdf(sealed_as(prefix, house), trust, NOW))


def test_a_director_whom_the_list_does_not_hold_cannot_be_told(
    house: House, sealed: Sealed, trust: TrustList
) -> None:
    keys = tuple(key for key in trust.keys if key.role is not KeyRole.DIRECTOR)
    verdict = verify_pdf(sealed.data, replace(trust, keys=keys), NOW)
    assert_cannot_tell(verdict, "signature_untrusted")


def test_a_client_certified_by_an_unlisted_kiosk_cannot_be_told(
    sealed: Sealed, trust: TrustList
) -> None:
    keys = tuple(key for key in trust.keys if key.role is not KeyRole.KIOSK_CA)
    verdict = verify_pdf(sealed.data, replace(trust, keys=keys), NOW)
    assert_cannot_tell(verdict, "signature_untrusted")


def test_a_client_of_a_strangers_kiosk_cannot_be_told(house: House, trust: TrustList) -> None:
    stranger = House("stranger")
    identity = stranger.client(CLIENTS[0], CLIENT_AT)
    prefix = sign(directed(house), "Client1", identity, stranger, CLIENT_AT)
    verdict = verify_pdf(sealed_as(prefix, house), trust, NOW)
    assert_cannot_tell(verdict, "signature_untrusted")


def test_a_seal_certified_by_an_unlisted_authority_cannot_be_told(
    sealed: Sealed, trust: TrustList
) -> None:
    keys = tuple(key for key in trust.keys if key.role is not KeyRole.SIGNING_CA)
    verdict = verify_pdf(sealed.data, replace(trust, keys=keys), NOW)
    assert_cannot_tell(verdict, "signature_untrusted")


def test_a_seal_under_a_revoked_authority_cannot_be_told(sealed: Sealed, trust: TrustList) -> None:
    verdict = verify_pdf(sealed.data, revoked(trust, KeyRole.SIGNING_CA, days=-1), NOW)
    found = {each.detail["field"] for each in verdict.findings if each.code == "signer_revoked"}
    assert "Seal" in found


def test_any_clock_gets_an_answer(sealed: Sealed, trust: TrustList) -> None:
    for zone in (UTC, timezone(timedelta(hours=14)), timezone(timedelta(hours=-12))):
        for now in (datetime.max.replace(tzinfo=zone), datetime.min.replace(tzinfo=zone)):
            for verdict in (
                verify_pdf(sealed.data, trust, now),
                verify_text(sealed.text, trust, now),
            ):
                assert verdict.to_json()["outcome"] == "cannot_tell"
                assert report("file.pdf", verdict, "pl")


@pytest.mark.parametrize("role", [KeyRole.ROOT, KeyRole.SIGNING_CA])
def test_an_authority_outside_its_time_on_the_list_cannot_vouch(
    role: KeyRole, sealed: Sealed, trust: TrustList
) -> None:
    late = ISSUED + timedelta(days=1)
    starts_late = changed_key(trust, role, lambda key: replace(key, valid_from=late))
    assert_cannot_tell(verify_pdf(sealed.data, starts_late, NOW), "signature_untrusted")
    over = changed_key(trust, role, lambda key: replace(key, valid_until=DIRECTOR_SIGNED))
    assert_cannot_tell(verify_pdf(sealed.data, over, NOW), "signature_untrusted")


def test_an_authority_that_did_not_issue_the_seal_cannot_vouch(
    sealed: Sealed, trust: TrustList
) -> None:
    other = House("other").signing_ca.certificate
    keys = changed_key(
        trust,
        KeyRole.SIGNING_CA,
        lambda key: replace(key, certificate_der=other.public_bytes(Encoding.DER)),
    )
    assert_cannot_tell(verify_pdf(sealed.data, keys, NOW), "signature_untrusted")


def test_without_a_root_nothing_is_genuine(sealed: Sealed, trust: TrustList) -> None:
    keys = tuple(key for key in trust.keys if key.role is not KeyRole.ROOT)
    verdict = verify_pdf(sealed.data, replace(trust, keys=keys), NOW)
    assert_cannot_tell(verdict, "issuer_unknown")


@pytest.mark.parametrize("role", [KeyRole.DIRECTOR, KeyRole.KIOSK_CA, KeyRole.SIGNING_CA])
def test_a_signer_revoked_before_the_seal_cannot_be_told(
    role: KeyRole, sealed: Sealed, trust: TrustList
) -> None:
    verdict = verify_pdf(sealed.data, revoked(trust, role, days=-1), NOW)
    assert_cannot_tell(verdict, "signer_revoked")
    receipt = receipt_hash(sealed.claims)
    assert_genuine(verify_pdf(sealed.data, revoked(trust, role, receipt, days=-1), NOW))
    assert_genuine(verify_pdf(sealed.data, revoked(trust, role, days=1), NOW))


# Step 6: hostile structure


def test_a_file_that_no_parser_reads_is_never_genuine(house: House, trust: TrustList) -> None:
    """The honest key seals bytes that are no PDF at all beyond their header."""
    from tests.vectors.raw_seal import sealed_bytes

    deep = b"%PDF-1.7\n1 0 obj " + b"[" * 20_000 + b"]" * 20_000 + b" endobj\n"
    for prefix in (b"%PDF-1.7\nnothing\n", deep):
        data, _ = sealed_bytes(prefix, house)
        assert_cannot_tell(verify_pdf(data, trust, NOW), "structure_unreadable")
        assert_altered(verify_pdf(data + b"\n", trust, NOW), "changed_after_seal")


def test_no_file_makes_it_raise(sealed: Sealed, trust: TrustList) -> None:
    swapped = sealed.data[::-1]
    doubled = sealed.data + sealed.data
    for data in (swapped, b"%PDF-" + swapped, doubled, b"%PDF-1.7\n" + sealed.text.encode()):
        assert verify_pdf(data, trust, NOW).outcome != "genuine"


def test_the_roles_of_the_claims_name_the_fields(sealed: Sealed) -> None:
    from verifier.pdf_signatures import expected_people

    assert expected_people(sealed.claims) == ["Director", "Client1"]
    clients = tuple(replace(signer, role=Role.CLIENT) for signer in sealed.claims.signers)
    assert expected_people(replace(sealed.claims, signers=clients))[:2] == ["Client1", "Client2"]
