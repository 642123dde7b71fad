"""Time-stamps by a service elsewhere: what counts as its answer. The service is openssl's."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Literal

import pytest
from asn1crypto import cms, core, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from signing.errors import SigningError
from signing.timestamp_service import (
    MAX_ANSWER_BYTES,
    ServiceCertificates,
    TimestampError,
    make_question,
    read_answer,
    read_certificates,
)
from tests.time_server import Form, Manner, TimeServer
from verifier.timestamp_cms import check_timestamp_frame

NOW = datetime(2026, 11, 24, 9, 30, 15, tzinfo=UTC)
HASH = sha256(b"a signature's value").digest()
NONCE = 0x1122334455667788


KINDS: dict[str, tuple[Literal["p256", "rsa"], Form]] = {
    "p256": ("p256", Form.BY_NUMBER),
    "p256 by its key": ("p256", Form.BY_KEY),
    "rsa": ("rsa", Form.BY_NUMBER),
    "rsa pss": ("rsa", Form.PSS),
    "rsa pss by its key": ("rsa", Form.PSS_BY_KEY),
}
"""Keys of services and forms of their tokens; all made by openssl."""


@pytest.fixture(scope="module", params=KINDS)
def server(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TimeServer]:
    kind, form = KINDS[request.param]
    folder = tmp_path_factory.mktemp("service")
    with TimeServer(folder, lambda: NOW, kind, form=form) as running:
        yield running


@pytest.fixture(scope="module")
def service(server: TimeServer) -> ServiceCertificates:
    return read_certificates(server.pem.read_bytes())


@pytest.fixture(scope="module")
def answer(server: TimeServer) -> bytes:
    server.manner = Manner.HONEST
    return server.answer(make_question(HASH, NONCE))


def refusal(answer: bytes, service: ServiceCertificates, **other: object) -> str:
    """The code of the refusal of an answer."""
    given = {"sha256": HASH, "nonce": NONCE, "now": NOW, **other}
    with pytest.raises(TimestampError) as raised:
        read_answer(answer, service=service, **given)  # type: ignore[arg-type]
    return raised.value.code


def test_the_file_names_whose_answers_count(
    server: TimeServer, service: ServiceCertificates
) -> None:
    assert service.own == (server.certificate,)
    assert service.above == (server.authority.certificate,)
    assert service.ders() == {server.certificate.public_bytes(Encoding.DER)}  # and not the root


def test_a_token_is_taken_in_the_one_form_that_the_verifier_accepts(
    answer: bytes, service: ServiceCertificates
) -> None:
    token = read_answer(answer, HASH, NONCE, service, NOW + timedelta(minutes=4))
    check_timestamp_frame(token, service.ders())
    info = cms.ContentInfo.load(token)["content"]["encap_content_info"]["content"].parsed
    assert info["message_imprint"]["hashed_message"].native == HASH
    assert info["gen_time"].native - NOW < timedelta(seconds=5)
    assert len(token) <= service.room_bytes


def test_an_answer_to_another_question_is_not_taken(
    answer: bytes, service: ServiceCertificates
) -> None:
    assert refusal(answer, service, nonce=NONCE + 1) == "timestamp_wrong"
    assert refusal(answer, service, sha256=sha256(b"other").digest()) == "timestamp_wrong"
    for minutes in (-6, 6):
        later = NOW + timedelta(minutes=minutes)
        assert refusal(answer, service, now=later) == "timestamp_clock"


def test_an_answer_by_a_key_that_was_not_named_is_not_taken(answer: bytes, tmp_path: Path) -> None:
    other = TimeServer(tmp_path / "other", lambda: NOW)
    assert refusal(answer, read_certificates(other.pem.read_bytes())) == "timestamp_untrusted"


def test_a_key_of_the_same_name_and_number_does_not_help(
    server: TimeServer, answer: bytes, service: ServiceCertificates, tmp_path: Path
) -> None:
    """Somebody copies the names out of the service's certificate; the signature decides."""
    other = TimeServer(tmp_path / "other", lambda: NOW)
    forged = other.answer(make_question(HASH, NONCE))
    response = tsp.TimeStampResp.load(forged)
    info = response["time_stamp_token"]["content"]["signer_infos"][0]
    own = tsp.TimeStampResp.load(answer)["time_stamp_token"]["content"]["signer_infos"][0]
    info["sid"] = own["sid"].copy()
    assert refusal(response.dump(force=True), service) == "timestamp_wrong"


def test_what_is_not_signed_may_be_written_in_other_ways(
    server: TimeServer, service: ServiceCertificates, answer: bytes, tmp_path: Path
) -> None:
    """As other services do: more certificates, an attribute on top, a longer name for RSA."""
    response = tsp.TimeStampResp.load(answer)
    data = response["time_stamp_token"]["content"]
    stranger = TimeServer(tmp_path / "stranger", lambda: NOW).certificate
    data["certificates"].append(
        cms.CertificateChoices.load(stranger.public_bytes(Encoding.DER), strict=True)
    )
    info = data["signer_infos"][0]
    info["unsigned_attrs"] = [{"type": "1.2.3.4", "values": [core.Null()]}]
    if server.kind == "rsa" and server.form is Form.BY_NUMBER:
        info["signature_algorithm"] = {"algorithm": "sha256_rsa"}
    changed = response.dump(force=True)
    assert changed != answer
    token = read_answer(changed, HASH, NONCE, service, NOW)
    assert token == read_answer(answer, HASH, NONCE, service, NOW)
    assert stranger.public_bytes(Encoding.DER) not in token


def test_a_refusal_of_the_service_is_told_as_such(service: ServiceCertificates) -> None:
    assert refusal(bytes.fromhex("30093007020102030205a0"), service) == "timestamp_refused"


@pytest.mark.parametrize("where", range(12, 2000, 97))
def test_a_changed_byte_is_never_taken_as_another_statement(
    answer: bytes, service: ServiceCertificates, where: int
) -> None:
    """What is not signed may be changed, and is written anew; what is signed may not."""
    changed = bytearray(answer)
    changed[where % len(answer)] ^= 0x01
    whole = read_answer(answer, HASH, NONCE, service, NOW)
    with suppress(TimestampError):
        assert read_answer(bytes(changed), HASH, NONCE, service, NOW) == whole


@given(st.binary(max_size=300))
def test_no_bytes_make_anything_but_a_refusal(data: bytes) -> None:
    nobody = ServiceCertificates((), ())
    for tail in (data, bytes.fromhex("30820100300302010030") + data):
        assert refusal(tail, nobody).startswith("timestamp_")


def test_an_answer_that_is_too_large_is_not_even_read(service: ServiceCertificates) -> None:
    assert refusal(b"0" * (MAX_ANSWER_BYTES + 1), service) == "timestamp_wrong"


def test_a_file_without_a_certificate_for_time_stamps_is_refused(server: TimeServer) -> None:
    root = server.authority.certificate.public_bytes(Encoding.PEM)
    for pem in (b"", b"words", root, b"-----BEGIN CERTIFICATE-----\nAAAA\n"):
        with pytest.raises(SigningError) as raised:
            read_certificates(pem)
        assert raised.value.code == "timestamp_certificates_unusable"


@given(st.binary(max_size=200))
def test_no_file_makes_anything_but_a_refusal(data: bytes) -> None:
    for pem in (data, b"-----BEGIN CERTIFICATE-----\n" + data + b"\n-----END CERTIFICATE-----\n"):
        with pytest.raises(TimestampError):
            read_certificates(pem)


def test_certificates_that_vouch_come_along_on_a_signature_and_not_on_a_file(
    server: TimeServer, service: ServiceCertificates, answer: bytes
) -> None:
    above = x509.load_pem_x509_certificates(server.pem.read_bytes())
    assert service.alone().above == ()
    assert set(above) == {*service.own, *service.above}
    token = read_answer(answer, HASH, NONCE, service.alone(), NOW)
    carried = cms.ContentInfo.load(token)["content"]["certificates"]
    assert [one.chosen.serial_number for one in carried] == [server.certificate.serial_number]


@pytest.mark.parametrize("change", ["salt", "mask", "digest"])
def test_pss_with_parts_of_different_lengths_is_not_taken(change: str, tmp_path: Path) -> None:
    """One form of each: else a byte of a kept file could be written in two ways."""
    with TimeServer(tmp_path / "pss", lambda: NOW, "rsa", form=Form.PSS) as server:
        response = tsp.TimeStampResp.load(server.answer(make_question(HASH, NONCE)))
    service = read_certificates(server.pem.read_bytes())
    info = response["time_stamp_token"]["content"]["signer_infos"][0]
    parameters = info["signature_algorithm"]["parameters"]
    if change == "salt":
        parameters["salt_length"] = 20
    elif change == "mask":
        parameters["mask_gen_algorithm"]["parameters"] = {"algorithm": "sha1"}
    else:
        parameters["hash_algorithm"] = {"algorithm": "sha1"}
    assert refusal(response.dump(force=True), service) == "timestamp_wrong"
