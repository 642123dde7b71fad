"""The kiosk's time-stamps, read by tools that did not write them, and what a wrong one costs."""

from __future__ import annotations

import hashlib
import logging
import subprocess
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import ObjectIdentifier

from signing.certificate_profiles import OLD_POLICY_ARC, OLD_PROOF_EXTENSION
from signing.completion import complete
from signing.director import sign_as_director
from signing.errors import SealRefused
from signing.identities import KioskIdentity, TimeStamper
from signing.normalise import normalise
from signing.one_shot import make_one_shot
from signing.prepare import prepare
from signing.timestamp_tokens import KioskTimeStamper
from tests.signing import inputs
from tests.signing.house import (
    NOW,
    _house,
    context,
    director_signed,
    house,
    plain_plan,
    typed_answers,
)
from verifier.document import verify_pdf
from verifier.signature_timestamp import OLD_TIME_POLICY, TIME_POLICY, timestamp_info
from verifier.token import Proof
from verifier.verdict import Outcome

DATA = b"the value of a signature"
DIGEST = hashlib.sha256(DATA).digest()


def stamper() -> KioskTimeStamper:
    made = house().kiosk.timestamper
    assert isinstance(made, KioskTimeStamper)
    return made


def test_openssl_verifies_a_token(tmp_path: Path) -> None:
    (tmp_path / "data").write_bytes(DATA)
    (tmp_path / "token").write_bytes(stamper().token(DIGEST, NOW))
    (tmp_path / "root.pem").write_bytes(house().root.public_bytes(Encoding.PEM))
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "data", "-in", "token", "-token_in",
         "-CAfile", "root.pem", "-attime", str(int(NOW.timestamp()))],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "Verification: OK" in done.stdout + done.stderr
    (tmp_path / "data").write_bytes(DATA + b"!")
    done = subprocess.run(
        ["openssl", "ts", "-verify", "-data", "data", "-in", "token", "-token_in",
         "-CAfile", "root.pem", "-attime", str(int(NOW.timestamp()))],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert "Verification: FAILED" in done.stdout + done.stderr


def test_a_token_says_what_the_standard_asks_for() -> None:
    content = cms.ContentInfo.load(stamper().token(DIGEST, NOW), strict=True)["content"]
    assert content["version"].native == "v3"
    info = tsp.TSTInfo.load(content["encap_content_info"]["content"].contents, strict=True)
    assert info["message_imprint"]["hashed_message"].native == DIGEST
    assert info["gen_time"].native == NOW
    assert info["policy"].native.endswith(".1.3")
    assert info["accuracy"]["seconds"].native == 60
    assert content.copy().dump(force=True) == content.dump()


def test_serial_numbers_differ_between_hashes_and_between_seconds() -> None:
    def serial(digest: bytes, now: datetime) -> int:
        content = cms.ContentInfo.load(stamper().token(digest, now))["content"]
        octets = content["encap_content_info"]["content"].contents
        return int(tsp.TSTInfo.load(octets)["serial_number"].native)

    again = serial(DIGEST, NOW)
    assert serial(DIGEST, NOW) == again
    others = {serial(DIGEST[::-1], NOW), serial(DIGEST, NOW + timedelta(seconds=1))}
    assert len({again, *others}) == 3


def test_the_room_for_a_token_is_enough() -> None:
    assert len(stamper().token(DIGEST, NOW)) <= stamper().room_bytes


@dataclass
class Hasty:
    """Time-stamps the client's signature, which comes first, by another stamper."""

    first: TimeStamper
    then: TimeStamper
    asked: list[bytes] = field(default_factory=list)

    @property
    def room_bytes(self) -> int:
        return self.then.room_bytes

    def token(self, sha256: bytes, now: datetime) -> bytes:
        self.asked.append(sha256)
        return (self.first if len(self.asked) == 1 else self.then).token(sha256, now)


class Late(KioskTimeStamper):
    def token(self, sha256: bytes, now: datetime) -> bytes:
        return super().token(sha256, now + timedelta(minutes=11))


class Elsewhere(KioskTimeStamper):
    def token(self, sha256: bytes, now: datetime) -> bytes:
        return super().token(hashlib.sha256(sha256).digest(), now)


def sealed(folder: Path, kiosk: KioskIdentity) -> Path:
    source, target = director_signed(inputs.paper(1), folder), folder / "sealed.pdf"
    complete(source, target, plain_plan(), 0, typed_answers(), kiosk, context(), NOW)
    return target


def test_a_kiosk_without_a_time_stamping_key_seals_at_level_b_b(tmp_path: Path) -> None:
    data = sealed(tmp_path, house().kiosk.without_timestamps()).read_bytes()
    assert bytes.fromhex("2a864886f70d010910020e").hex().upper().encode() not in data


def test_client_and_seal_are_time_stamped(tmp_path: Path) -> None:
    data = sealed(tmp_path, house().kiosk).read_bytes()
    assert data.count(bytes.fromhex("2a864886f70d010910020e").hex().upper().encode()) == 2


def test_a_seal_from_which_the_timestamp_was_taken_is_altered(tmp_path: Path) -> None:
    data = sealed(tmp_path, house().kiosk).read_bytes()
    start = data.rindex(b"/Contents <") + len(b"/Contents <")
    end = data.index(b">", start)
    stamped = cms.ContentInfo.load(bytes.fromhex(data[start:end].decode()))
    stamped["content"]["signer_infos"][0]["unsigned_attrs"] = None
    bare = stamped.dump(force=True).hex().upper().encode().ljust(end - start, b"0")
    verdict = verify_pdf(data[:start] + bare + data[end:], house().trust, NOW)
    assert verdict.outcome is Outcome.ALTERED
    assert verdict.against == {"seal_signature_bad"}
    assert "seal_intact" in {finding.code for finding in verdict.findings}


@pytest.mark.parametrize(
    ("kind", "code"),
    [("late", "signing_time_differs"), ("elsewhere", "signature_broken"),
     ("stranger", "signature_untrusted")],
)  # fmt: skip
def test_a_wrong_timestamp_on_the_clients_signature_is_never_genuine(
    kind: str, code: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    good = stamper()
    stranger = house(NOW - timedelta(seconds=1)).kiosk.timestamper
    assert isinstance(stranger, KioskTimeStamper)
    wrong = {
        "late": Late(good.identity),
        "elsewhere": Elsewhere(good.identity),
        "stranger": stranger,
    }[kind]
    kiosk = replace(house().kiosk, timestamper=Hasty(wrong, good))
    with caplog.at_level(logging.ERROR), pytest.raises(SealRefused):
        sealed(tmp_path, kiosk)
    assert code in caplog.text
    assert not (tmp_path / "sealed.pdf").exists()


def test_a_file_with_the_object_identifiers_of_before_stays_genuine(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """They were one number of 128 bits (docs/decisions/0020)."""
    for name, end in (("SIGNER_POLICY", "1.1"), ("ONE_SHOT_POLICY", "1.2"), ("TIME_POLICY", "1.3")):
        old = ObjectIdentifier(f"{OLD_POLICY_ARC}.{end}")
        monkeypatch.setattr(f"signing.certificates.{name}", old)
    monkeypatch.setattr("signing.certificates.PROOF_EXTENSION", OLD_PROOF_EXTENSION)
    monkeypatch.setattr(
        "signing.timestamp_tokens.timestamp_info", partial(timestamp_info, policy=OLD_TIME_POLICY)
    )
    before = _house.__wrapped__(NOW)
    source, target = tmp_path / "director.pdf", tmp_path / "sealed.pdf"
    plan = plain_plan()
    prepared = tmp_path / "prepared.pdf"
    prepared.write_bytes(prepare(normalise(inputs.paper()), plan, NOW - timedelta(hours=4)))
    sign_as_director(prepared, source, plan, before.director, NOW - timedelta(hours=3))
    facts = context(before.trust)
    complete(source, target, plan, 0, typed_answers({}), before.kiosk, facts, NOW)
    data = target.read_bytes()
    written = data.lower().decode("latin-1")
    assert OLD_TIME_POLICY.hex() in written
    assert TIME_POLICY.hex() not in written
    monkeypatch.undo()
    assert verify_pdf(data, before.trust, NOW).outcome is Outcome.GENUINE


def test_object_identifiers_have_no_part_that_a_reader_cannot_hold() -> None:
    made = make_one_shot("Jan", Proof.NONE, house().kiosk, NOW).certificate
    for certificate in (made, house().director.certificate, house().kiosk.seal_certificate):
        for extension in certificate.extensions:
            named = [extension.oid]
            if isinstance(extension.value, x509.CertificatePolicies):
                named += [policy.policy_identifier for policy in extension.value]
            for oid in named:
                assert max(int(part) for part in oid.dotted_string.split(".")) < 2**31
                assert len(oid.dotted_string.split(".")) <= 16
