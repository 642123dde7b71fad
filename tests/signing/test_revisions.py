"""Each signer appends one update to what was there, and every signature stays valid."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from asn1crypto import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.diff_analysis import ModificationLevel
from pyhanko.sign.fields import MDPPerm
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

from signing.client import sign_as_client
from signing.director import sign_as_director
from signing.errors import SigningError
from signing.handwriting import Typeface
from signing.marks import ClientAnswers, TypedMark
from signing.normalise import normalise
from signing.one_shot import KeyAlreadyUsed, make_one_shot
from signing.prepare import prepare
from tests.signing import inputs
from tests.signing.house import (
    CLIENT,
    DIRECTOR,
    NOW,
    client_signed,
    director_signed,
    full_plan,
    full_values,
    house,
    plain_plan,
    typed_answers,
)
from verifier.token import Proof


def statuses(pdf: bytes) -> list[Any]:
    """What pyHanko, in its default policy, says about every signature."""
    root = x509.Certificate.load(house().root.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[root], moment=NOW)
    reader = PdfFileReader(io.BytesIO(pdf), strict=True)
    return [validate_pdf_signature(signature, context) for signature in reader.embedded_signatures]


def test_every_revision_is_a_prefix_of_the_next(tmp_path: Path) -> None:
    document = normalise(inputs.paper(2))
    plan = full_plan(document)
    signed = client_signed(inputs.paper(2), tmp_path, plan, typed_answers(full_values()))
    prepared = (tmp_path / "prepared.pdf").read_bytes()
    director = (tmp_path / "director.pdf").read_bytes()
    client = signed.read_bytes()
    assert director.startswith(prepared)
    assert client.startswith(director)
    assert len(prepared) < len(director) < len(client)
    assert [part.count(b"%%EOF") for part in (prepared, director, client)] == [1, 2, 3]


def test_both_signatures_are_valid_and_trusted(tmp_path: Path) -> None:
    plan = full_plan(normalise(inputs.paper()))
    signed = client_signed(inputs.paper(), tmp_path, plan, typed_answers(full_values()))
    director, client = statuses(signed.read_bytes())
    assert director.bottom_line
    assert client.bottom_line
    assert director.modification_level is ModificationLevel.FORM_FILLING
    assert director.docmdp_ok
    assert client.coverage.name == "ENTIRE_FILE"
    assert director.signing_cert.subject.native["common_name"] == DIRECTOR
    assert client.signing_cert.subject.native["common_name"] == CLIENT


def test_the_director_certifies_for_form_filling_only(tmp_path: Path) -> None:
    signed = director_signed(inputs.paper(), tmp_path)
    reader = PdfFileReader(signed.open("rb"))
    (signature,) = reader.embedded_signatures
    assert signature.docmdp_level is MDPPerm.FILL_FORMS
    assert reader.root["/Perms"]["/DocMDP"]["/SubFilter"] == "/ETSI.CAdES.detached"


def test_the_time_of_signing_is_the_one_passed_in(tmp_path: Path) -> None:
    signed = client_signed(inputs.paper(), tmp_path, plain_plan(), typed_answers())
    reader = PdfFileReader(signed.open("rb"))
    assert reader.embedded_signatures[1].self_reported_timestamp == NOW
    signed_attributes = reader.embedded_signatures[1].signer_info["signed_attrs"].native
    assert {entry["type"] for entry in signed_attributes} == {
        "content_type",
        "message_digest",
        "signing_certificate_v2",
        "cms_algorithm_protection",
    }


def test_the_padding_after_the_signature_is_zero(tmp_path: Path) -> None:
    signed = client_signed(inputs.paper(), tmp_path, plain_plan(), typed_answers())
    for signature in PdfFileReader(signed.open("rb")).embedded_signatures:
        contents = bytes(signature.sig_object["/Contents"])
        length = 4 + int.from_bytes(contents[2:4], "big")
        assert contents[:2] == b"\x30\x82"
        assert not any(contents[length:])
        assert len(contents) - length < 1024


def test_the_document_information_does_not_change(tmp_path: Path) -> None:
    signed = client_signed(inputs.paper(), tmp_path, plain_plan(), typed_answers())
    with pikepdf.open(signed) as pdf, pikepdf.open(tmp_path / "prepared.pdf") as prepared:
        assert dict(pdf.docinfo) == dict(prepared.docinfo)


def test_a_document_that_was_not_prepared_cannot_be_signed(tmp_path: Path) -> None:
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    source.write_bytes(normalise(inputs.paper()).data)
    with pytest.raises(SigningError) as caught:
        sign_as_director(source, target, plain_plan(), house().director, NOW)
    assert caught.value.code == "not_prepared"
    assert list(tmp_path.iterdir()) == [source]


@pytest.mark.parametrize("content", [b"", b"not a PDF", b"%PDF-1.7\n%%EOF\n", b"\x00" * 5000])
def test_a_damaged_file_is_an_error_with_a_code(tmp_path: Path, content: bytes) -> None:
    source, target = tmp_path / "in.pdf", tmp_path / "out.pdf"
    source.write_bytes(content)
    with pytest.raises(SigningError) as caught:
        sign_as_director(source, target, plain_plan(), house().director, NOW)
    assert caught.value.code == "document_unreadable"
    assert list(tmp_path.iterdir()) == [source]


def test_a_field_that_the_document_lacks_is_named(tmp_path: Path) -> None:
    source = director_signed(inputs.paper(), tmp_path)
    target = tmp_path / "out.pdf"
    plan = full_plan(normalise(inputs.paper()))
    identity = make_one_shot(CLIENT, Proof.NONE, house().kiosk, NOW)
    answers = typed_answers(full_values())
    before = set(tmp_path.iterdir())
    with pytest.raises(SigningError) as caught:
        sign_as_client(source, target, plan, 0, answers, identity, NOW)
    assert caught.value.code == "field_missing"
    assert "Fill1.city" in caught.value.sentence
    assert set(tmp_path.iterdir()) == before


def test_a_spent_key_signs_nothing_and_leaves_nothing(tmp_path: Path) -> None:
    source = director_signed(inputs.paper(), tmp_path)
    identity = make_one_shot(CLIENT, Proof.NONE, house().kiosk, NOW)
    sign_as_client(source, tmp_path / "a.pdf", plain_plan(), 0, typed_answers(), identity, NOW)
    before = set(tmp_path.iterdir())
    with pytest.raises(KeyAlreadyUsed):
        sign_as_client(source, tmp_path / "b.pdf", plain_plan(), 0, typed_answers(), identity, NOW)
    assert set(tmp_path.iterdir()) == before


def test_the_same_field_is_not_signed_twice(tmp_path: Path) -> None:
    source = director_signed(inputs.paper(), tmp_path)
    target = tmp_path / "again.pdf"
    with pytest.raises(SigningError) as caught:
        sign_as_director(source, target, plain_plan(), house().director, NOW)
    assert caught.value.code == "field_signed"
    assert not target.exists()


def test_a_long_name_and_a_long_chain_still_fit_their_room(tmp_path: Path) -> None:
    name = "Żółć-" * 12 + "Ż"
    plan = plain_plan()
    plan = replace(plan, clients=(replace(plan.clients[0], name=name),))
    source, target = director_signed(inputs.paper(), tmp_path, plan), tmp_path / "out.pdf"
    identity = make_one_shot(name, Proof.ID_DOCUMENT, house().kiosk, NOW)
    answers = ClientAnswers({}, None, TypedMark("Ż", Typeface.BAD_SCRIPT))
    sign_as_client(source, target, plan, 0, answers, identity, NOW)
    assert all(status.bottom_line for status in statuses(target.read_bytes()))


def test_the_source_is_never_written_to(tmp_path: Path) -> None:
    source = tmp_path / "prepared.pdf"
    source.write_bytes(prepare(normalise(inputs.paper()), plain_plan(), NOW))
    before = source.read_bytes()
    source.chmod(0o400)
    sign_as_director(source, tmp_path / "out.pdf", plain_plan(), house().director, NOW)
    assert source.read_bytes() == before
