"""A root kept apart answers requests; head office believes only the answer to its own."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from hypothesis import given
from hypothesis import strategies as st

from signing.certificates import make_root
from signing.errors import SigningError
from signing.root_files import RootAnswer, RootFileError, RootRequest
from signing.root_keys import RootSecret
from signing.root_request import answer_request, check_answer, make_csr
from signing.root_succession import SafeRoot, root_generation
from signing.trust_root import ONLINE_ROLES

NOW = datetime(2026, 11, 24, 9, 30, tzinfo=UTC)
ORGANISATION = "Żółw i Syn sp. z o.o."
SECRET = RootSecret(bytes(range(32)))
ROOT = make_root(ORGANISATION, "PL", SECRET.certificate_key(), NOW)
KEY = ec.generate_private_key(ec.SECP256R1())


def online_keys() -> dict[str, bytes]:
    return {
        role: ed25519.Ed25519PrivateKey.generate().public_key().public_bytes_raw()
        for role in ONLINE_ROLES
    }


REQUEST = RootRequest(ORGANISATION, make_csr(KEY, ORGANISATION), 1, online_keys(), b"")
ANSWER = answer_request(REQUEST, SafeRoot(SECRET, ROOT), NOW)


def test_the_answer_holds_what_was_asked_for() -> None:
    request = RootRequest.from_bytes(REQUEST.to_bytes())
    answer = RootAnswer.from_bytes(answer_request(request, SafeRoot(SECRET, ROOT), NOW).to_bytes())
    check_answer(answer, request)
    assert answer.signing_ca.public_key() == KEY.public_key()
    assert list(answer.crl) == []


def test_files_come_back_as_they_were_written() -> None:
    again = RootRequest.from_bytes(replace(REQUEST, revoked=((0xAFFE, NOW),)).to_bytes())
    assert (again.organisation, again.generation) == (ORGANISATION, 1)
    assert again.revoked == ((0xAFFE, NOW),)
    assert again.trust_keys == REQUEST.trust_keys
    assert RootAnswer.from_bytes(ANSWER.to_bytes()) == ANSWER


def test_a_second_request_follows_the_first_and_revokes_what_it_names() -> None:
    serial = ANSWER.signing_ca.serial_number
    second = ec.generate_private_key(ec.SECP256R1())
    later = NOW + timedelta(days=400)
    request = RootRequest(
        ORGANISATION, make_csr(second, ORGANISATION), 2, online_keys(), ANSWER.trust_root,
        ((serial, later),),
    )  # fmt: skip
    answer = answer_request(request, SafeRoot(SECRET, ROOT), later)
    check_answer(answer, request)
    assert [line.serial_number for line in answer.crl] == [serial]
    numbers = [
        one.crl.extensions.get_extension_for_class(x509.CRLNumber).value.crl_number
        for one in (ANSWER, answer)
    ]
    assert numbers[0] < numbers[1]
    names = [one.signing_ca.subject.rfc4514_string() for one in (ANSWER, answer)]
    assert names[0] != names[1]
    with pytest.raises(SigningError):  # the first answer cannot be played again
        check_answer(ANSWER, request)


def refused_by_root(request: RootRequest, secret: RootSecret = SECRET) -> str:
    with pytest.raises(SigningError) as refused:
        answer_request(request, SafeRoot(secret, ROOT), NOW)
    return refused.value.code


def test_the_root_refuses_what_is_not_for_it() -> None:
    assert refused_by_root(replace(REQUEST, organisation="Kto inny")) == "other_organisation"
    stranger = replace(REQUEST, trust_root=ANSWER.trust_root)
    assert refused_by_root(stranger, RootSecret(bytes(32))) == "other_root"
    name = x509.Name([x509.NameAttribute(x509.oid.NameOID.ORGANIZATION_NAME, ORGANISATION)])
    rsa_key = rsa.generate_private_key(65537, 2048)
    builder = x509.CertificateSigningRequestBuilder().subject_name(name)
    csr = builder.sign(rsa_key, hashes.SHA256())
    assert refused_by_root(replace(REQUEST, csr=csr)) == "request_refused"
    p384 = builder.sign(ec.generate_private_key(ec.SECP384R1()), hashes.SHA256())
    assert refused_by_root(replace(REQUEST, csr=p384)) == "request_refused"


def test_head_office_refuses_answers_that_are_not_its_root_s() -> None:
    other_secret = RootSecret(bytes(32))
    other_root = make_root("Kto inny", "PL", other_secret.certificate_key(), NOW)
    stranger = answer_request(
        replace(REQUEST, organisation="Kto inny"), SafeRoot(other_secret, other_root), NOW
    )
    other_key = replace(
        REQUEST, csr=make_csr(ec.generate_private_key(ec.SECP256R1()), ORGANISATION)
    )
    other_roles = replace(REQUEST, trust_keys=online_keys())
    wrong = [
        (stranger, REQUEST),
        (ANSWER, other_key),
        (ANSWER, other_roles),
        (replace(ANSWER, crl=stranger.crl), REQUEST),
        (replace(ANSWER, root=stranger.root), REQUEST),
        (replace(ANSWER, trust_root=stranger.trust_root), other_roles),
        (replace(ANSWER, trust_root=b"{}"), REQUEST),
    ]
    for answer, request in wrong:
        with pytest.raises(SigningError) as refused:
            check_answer(answer, request)
        assert refused.value.code == "answer_refused"


FILES = st.sampled_from([REQUEST.to_bytes(), ANSWER.to_bytes()])


@given(FILES, st.integers(0, 4000), st.binary(min_size=1, max_size=4))
def test_a_spoiled_file_is_refused_with_a_code_or_read_whole(
    data: bytes, at: int, other: bytes
) -> None:
    spoiled = data[: at % len(data)] + other + data[at % len(data) + len(other) :]
    for kind in (RootRequest, RootAnswer):
        with suppress(RootFileError):
            kind.from_bytes(spoiled)


@given(st.binary(max_size=400))
def test_anything_else_is_refused(data: bytes) -> None:
    for kind in (RootRequest, RootAnswer):
        with pytest.raises(RootFileError):
            kind.from_bytes(data)


def succession(request: RootRequest = REQUEST) -> tuple[SafeRoot, SafeRoot, RootRequest]:
    """A root, its successor, and a request of a head office that has the former one."""
    secret = RootSecret(bytes(range(32, 64)))
    root = make_root(ORGANISATION, "PL", secret.certificate_key(), NOW, generation=2)
    asking = replace(request, trust_root=ANSWER.trust_root, generation=2)
    return SafeRoot(SECRET, ROOT), SafeRoot(secret, root), asking


def test_a_successor_is_introduced_by_the_root_before_it() -> None:
    former, following, request = succession()
    made = answer_request(request, following, NOW, former)
    answer = RootAnswer.from_bytes(made.to_bytes())
    assert answer == made
    check_answer(answer, request, [ROOT])
    assert root_generation(answer.root) == 2
    assert root_generation(ROOT) == 1
    assert answer.former is not None
    assert answer.former.introduced.issuer == ROOT.subject
    assert answer.former.crl.next_update_utc == ROOT.not_valid_after_utc
    # the next answer is the successor's own, also when the former one signs its list once more
    again = replace(request, trust_root=answer.trust_root, generation=3)
    for once_more in (None, former):
        check_answer(answer_request(again, following, NOW, once_more), again, [answer.root, ROOT])


def test_a_successor_that_nobody_introduced_is_refused() -> None:
    former, following, request = succession()
    honest = answer_request(request, following, NOW, former)
    assert honest.former is not None
    thief = SafeRoot(RootSecret(bytes(range(64, 96))), ROOT)
    stolen = make_root(ORGANISATION, "PL", thief.secret.certificate_key(), NOW, generation=2)
    own = SafeRoot(thief.secret, stolen)
    false = answer_request(replace(request, trust_root=b""), own, NOW)
    with pytest.raises(SigningError):
        answer_request(request, following, NOW)  # the trust list's root role is the former one's
    wrong = [
        replace(honest, former=None),
        false,
        replace(false, trust_root=honest.trust_root),
        replace(false, trust_root=honest.trust_root, former=honest.former),
        replace(honest, trust_root=ANSWER.trust_root),
        replace(honest, former=replace(honest.former, introduced=honest.former.vouched)),
        replace(honest, former=replace(honest.former, vouched=honest.former.introduced)),
        replace(honest, former=replace(honest.former, root=stolen)),
        replace(honest, former=replace(honest.former, crl=honest.crl)),
        replace(honest, former=replace(honest.former, introduced=honest.root)),
        # introduced by one root, certified by another
        replace(honest, root=stolen, signing_ca=false.signing_ca, crl=false.crl),
    ]
    for answer in wrong:
        with pytest.raises(SigningError) as refused:
            check_answer(answer, request, [ROOT])
        assert refused.value.code == "answer_refused"
    # a successor that another organisation's root introduces is none
    stranger = make_root("Kto inny", "PL", SECRET.certificate_key(), NOW)
    with pytest.raises(SigningError) as other:
        answer_request(request, following, NOW, SafeRoot(SECRET, stranger))
    assert other.value.code == "other_organisation"
