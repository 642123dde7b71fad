"""Signing, sealing and verifying in one step, which leaves a genuine document or nothing."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pikepdf
import pypdfium2
import pytest
from pyhanko.pdf_utils.reader import PdfFileReader

from signing.completion import Sealed, complete
from signing.errors import FieldRefused, SealRefused, SigningError
from signing.fields import ClientPlan
from signing.identities import SealContext
from signing.normalise import normalise
from tests.signing import inputs
from tests.signing.house import (
    CLIENT,
    NOW,
    context,
    director_signed,
    full_plan,
    full_values,
    house,
    plain_plan,
    typed_answers,
)
from verifier.document import verify_pdf, verify_text
from verifier.pdfium_lock import PDFIUM_LOCK
from verifier.token import Method, Proof, Role, parse_token, read_token_text
from verifier.trust_list import KeyRole
from verifier.verdict import Outcome


def seal(pdf: bytes, folder: Path, *, full: bool = False) -> tuple[Path, Sealed]:
    plan = full_plan(normalise(pdf)) if full else plain_plan()
    there = {spec.key for spec in plan.clients[0].fields}
    values = {key: value for key, value in full_values().items() if key in there}
    answers = typed_answers(values if full else {})
    source, target = director_signed(pdf, folder, plan), folder / "sealed.pdf"
    sealed = complete(source, target, plan, 0, answers, house().kiosk, context(), NOW)
    return target, sealed


def test_the_sealed_document_is_genuine(tmp_path: Path) -> None:
    target, sealed = seal(inputs.paper(2), tmp_path, full=True)
    verdict = verify_pdf(target.read_bytes(), house().trust, NOW)
    assert verdict.outcome is Outcome.GENUINE
    assert verdict.claims == sealed.claims


@pytest.mark.parametrize(
    "make",
    [
        lambda: inputs.rotated(90),
        inputs.offset,
        inputs.cropped,
        inputs.unbalanced,
        inputs.blank,
        inputs.with_xref_stream,
        inputs.hybrid,
        inputs.with_broken_xref,
        lambda: inputs.encrypted(""),
        lambda: inputs.form(xfa=True),
        lambda: inputs.paper(1, (4, 4)),
        lambda: inputs.paper(1, (144, 72)),
        lambda: inputs.paper(1, (2384, 3370)),
        lambda: inputs.paper(1, (842, 595)),
        lambda: inputs.paper(40),
    ],
)
def test_any_input_that_can_be_prepared_can_be_sealed(
    tmp_path: Path, make: Callable[[], bytes]
) -> None:
    target, _ = seal(make(), tmp_path, full=True)
    assert verify_pdf(target.read_bytes(), house().trust, NOW).outcome is Outcome.GENUINE


def test_the_covered_prefix_ends_with_the_clients_signature(tmp_path: Path) -> None:
    target, sealed = seal(inputs.paper(), tmp_path)
    data = target.read_bytes()
    director = (tmp_path / "director.pdf").read_bytes()
    prefix = data[: sealed.covered_bytes]
    assert data.startswith(director)
    assert prefix.endswith(b"%%EOF\n")
    assert hashlib.sha256(prefix).digest() == sealed.covered_sha256
    reader = PdfFileReader(io.BytesIO(prefix), strict=True)
    names = [signature.field_name for signature in reader.embedded_signatures]
    assert names == ["Director", "Client1"]


def test_the_token_says_what_happened(tmp_path: Path) -> None:
    _, sealed = seal(inputs.paper(2), tmp_path)
    claims = sealed.claims
    assert claims.document_id == plain_plan().document_id
    assert claims.pages == 2 + 1 + 1
    assert claims.issued_at == NOW
    director, client = claims.signers
    assert (director.role, director.method) == (Role.DIRECTOR, Method.KEY)
    assert (client.name, client.method, client.proof) == (CLIENT, Method.TYPED, Proof.SMS_CODE)
    assert read_token_text(sealed.text) == (context().host, sealed.token)
    assert parse_token(sealed.token).claims == claims
    assert verify_text(sealed.text, house().trust, NOW).claims == claims


def test_the_token_is_found_by_a_plain_byte_search(tmp_path: Path) -> None:
    target, sealed = seal(inputs.paper(), tmp_path)
    assert f"/ContactInfo ({sealed.text})".encode() in target.read_bytes()


def test_the_last_page_is_the_certificate(tmp_path: Path) -> None:
    target, sealed = seal(inputs.paper(), tmp_path)
    output = io.BytesIO()
    with pikepdf.open(target) as pdf:
        pdf.flatten_annotations("all")
        pdf.save(output)
    with PDFIUM_LOCK, pypdfium2.PdfDocument(output.getvalue()) as document:
        text = document[len(document) - 1].get_textpage().get_text_range()
    for words in ("Certyfikat autentyczności", CLIENT, "UM/2026/118"):
        assert words in text
    assert sealed.covered_sha256.hex()[:8] in text


def test_the_one_shot_certificate_is_the_clients(tmp_path: Path) -> None:
    target, _ = seal(inputs.paper(), tmp_path)
    _, client, kiosk = PdfFileReader(target.open("rb")).embedded_signatures
    assert client.signer_cert.subject.native["common_name"] == CLIENT
    assert client.signer_cert.issuer.native["common_name"] == "Kiosk Gdynia CA"
    assert kiosk.signer_cert.subject.native["common_name"] == "Kiosk Gdynia"
    assert len(client.other_embedded_certs) == 2


def test_nothing_but_the_sealed_file_is_added(tmp_path: Path) -> None:
    seal(inputs.paper(), tmp_path)
    assert {path.name for path in tmp_path.iterdir()} == {
        "prepared.pdf",
        "director.pdf",
        "sealed.pdf",
    }


def without_seal_key() -> SealContext:
    trust = house().trust
    keys = tuple(key for key in trust.keys if key.role is not KeyRole.SEAL)
    return context(replace(trust, keys=keys))


def with_stale_trust() -> SealContext:
    return context(replace(house().trust, as_of=NOW - timedelta(days=31)))


def with_other_director() -> SealContext:
    wrong = replace(context().director, name="Kto Inny")
    return replace(context(), director=wrong)


@pytest.mark.parametrize("make", [without_seal_key, with_other_director])
def test_a_result_that_is_not_genuine_is_not_kept(
    tmp_path: Path, make: Callable[[], SealContext]
) -> None:
    source, target = director_signed(inputs.paper(), tmp_path), tmp_path / "sealed.pdf"
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(SealRefused) as caught:
        complete(source, target, plain_plan(), 0, typed_answers(), house().kiosk, make(), NOW)
    assert caught.value.code == "not_genuine"
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_kiosk_without_a_link_for_over_thirty_days_can_still_seal(tmp_path: Path) -> None:
    source, target = director_signed(inputs.paper(), tmp_path), tmp_path / "sealed.pdf"
    answers = typed_answers()
    complete(source, target, plain_plan(), 0, answers, house().kiosk, with_stale_trust(), NOW)
    assert verify_pdf(target.read_bytes(), house().trust, NOW).outcome is Outcome.GENUINE


def test_a_value_that_does_not_fit_leaves_nothing(tmp_path: Path) -> None:
    plan = full_plan(normalise(inputs.paper()))
    source, target = director_signed(inputs.paper(), tmp_path, plan), tmp_path / "sealed.pdf"
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(FieldRefused):
        complete(source, target, plan, 0, typed_answers(), house().kiosk, context(), NOW)
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_document_that_is_already_sealed_is_refused(tmp_path: Path) -> None:
    source, _ = seal(inputs.paper(), tmp_path)
    target = tmp_path / "again.pdf"
    before = {path: path.read_bytes() for path in tmp_path.iterdir()}
    with pytest.raises(SigningError) as caught:
        complete(source, target, plain_plan(), 0, typed_answers(), house().kiosk, context(), NOW)
    assert caught.value.code == "field_signed"
    assert {path: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_tampered_source_is_not_sealed(tmp_path: Path) -> None:
    source, target = director_signed(inputs.paper(), tmp_path), tmp_path / "sealed.pdf"
    data = source.read_bytes()
    position = data.index(b"/Lang (pl)") + 7
    source.write_bytes(data[:position] + b"x" + data[position + 1 :])
    with pytest.raises(SealRefused):
        complete(source, target, plain_plan(), 0, typed_answers(), house().kiosk, context(), NOW)
    assert not target.exists()


def test_nobody_seals_before_everybody_has_signed(tmp_path: Path) -> None:
    plan = plain_plan()
    plan = replace(plan, clients=(*plan.clients, ClientPlan("Anna Nowak", (), None, None)))
    source, target = director_signed(inputs.paper(), tmp_path, plan), tmp_path / "sealed.pdf"
    with pytest.raises(SealRefused) as caught:
        complete(source, target, plan, 0, typed_answers(), house().kiosk, context(), NOW)
    assert caught.value.code == "turns_missing"
    assert not target.exists()


def test_fractions_of_a_second_and_other_zones_do_not_matter(tmp_path: Path) -> None:
    source, target = director_signed(inputs.paper(), tmp_path), tmp_path / "sealed.pdf"
    moment = NOW + timedelta(microseconds=123_456)
    sealed = complete(
        source, target, plain_plan(), 0, typed_answers(), house().kiosk, context(), moment
    )
    assert sealed.claims.issued_at == NOW
