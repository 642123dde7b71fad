"""Files that are extended for long keeping: genuine here, and good by ETSI's rules in a year."""

from __future__ import annotations

import logging
import subprocess
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding

import signing.certificates
from signing.certificates import CertificateAuthority, issue_director
from signing.completion import complete
from signing.director import sign_as_director
from signing.errors import SigningError
from signing.long_life import Evidence, extend, renewal_due
from signing.normalise import normalise
from signing.prepare import prepare
from signing.revocation_lists import make_crl
from signing.timestamp_tokens import KioskTimeStamper
from tests.signing import inputs
from tests.signing.house import DIRECTOR, NOW, House, context, house, plain_plan, typed_answers
from tests.signing.long_life_tools import (
    DAY,
    Service,
    etsi_says,
    lists_of_issuers_found,
    service,
)
from verifier.document import verify_pdf
from verifier.trust_list import KeyRole, TrustedKey, TrustList
from verifier.verdict import Outcome

for name in ("pyhanko", "pyhanko_certvalidator"):
    logging.getLogger(name).setLevel(logging.CRITICAL)

OK, LATER = "AdESPassed.OK", NOW + timedelta(hours=2)
CHAIN = "AdESIndeterminate.CERTIFICATE_CHAIN_GENERAL_FAILURE"
STALE = "AdESIndeterminate.REVOCATION_OUT_OF_BOUNDS_NO_POE"
NO_PROOF = "AdESIndeterminate.NO_POE"
EXPIRED = "AdESIndeterminate.OUT_OF_BOUNDS_NO_POE"


@dataclass(frozen=True)
class Case:
    """A sealed file, and all that speaks for it."""

    folder: Path
    house: House
    service: Service
    trust: TrustList

    @property
    def sealed(self) -> Path:
        return self.folder / "sealed.pdf"

    def evidence(
        self, *left_out: x509.Name, made: int = 0, runs: timedelta = 400 * DAY
    ) -> Evidence:
        """Certificates and lists as of `made` days after sealing."""
        kiosk = self.house.kiosk
        authorities = (
            *self.house.authorities,
            CertificateAuthority(kiosk.ca_key, kiosk.ca_certificate),
            self.service.authority,
        )
        at = NOW + timedelta(hours=1) + made * DAY
        lists = tuple(
            make_crl(each, (), 1 + made, at, runs)
            for each in authorities
            if each.certificate.subject not in left_out
        )
        clock = kiosk.timestamper
        assert isinstance(clock, KioskTimeStamper)
        own = (kiosk.seal_certificate, clock.certificate, self.service.stamper.certificate)
        return Evidence((*(each.certificate for each in authorities), *own), lists)

    def says(self, path: Path, days: int, known: Evidence | None = None) -> dict[str, str]:
        """What the engine says so many days later.

        It can fetch the list of the service's root, and has those of `known` at hand.
        """
        at = NOW + timedelta(minutes=90) + days * DAY
        fresh = make_crl(self.service.authority, (), 999, at - timedelta(hours=1), 30 * DAY)
        roots = (self.house.root, self.service.authority.certificate)
        at_hand = () if known is None else known.revocation_lists
        return etsi_says(path, at, roots, (fresh, *at_hand))


def with_short_lived_director(own: House) -> House:
    """The house with a director whose certificate ends ten days after today."""
    key = own.director.certificate.public_key()
    assert isinstance(key, ec.EllipticCurvePublicKey)
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(signing.certificates, "DIRECTOR_VALIDITY", 11 * DAY)
        certificate = issue_director(DIRECTOR, key, own.authorities[1], NOW - DAY)
    listed = TrustedKey(
        KeyRole.DIRECTOR,
        DIRECTOR,
        certificate.public_bytes(Encoding.DER),
        certificate.not_valid_before_utc,
        certificate.not_valid_after_utc,
        None,
    )
    trust = replace(own.trust, keys=(*own.trust.keys, listed))
    return replace(own, director=replace(own.director, certificate=certificate), trust=trust)


def make_case(folder: Path, *, director_stamps: bool = True, own: House | None = None) -> Case:
    """One paper, signed by everybody; the director's signature is stamped by the service."""
    own, time = own or house(), service(NOW - 30 * DAY)
    trust = time.trusted_by(own.trust, NOW - timedelta(hours=1))
    prepared, directed = folder / "prepared.pdf", folder / "directed.pdf"
    plan = plain_plan()
    prepared.write_bytes(prepare(normalise(inputs.paper(1)), plan, NOW - timedelta(hours=4)))
    director = replace(own.director, timestamper=time.stamper if director_stamps else None)
    sign_as_director(prepared, directed, plan, director, NOW - timedelta(hours=3))
    known = context(trust)
    complete(directed, folder / "sealed.pdf", plan, 0, typed_answers(), own.kiosk, known, NOW)
    return Case(folder, own, time, trust)


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    return make_case(tmp_path_factory.mktemp("case"))


@pytest.fixture(scope="module")
def kept(case: Case) -> Path:
    path = case.folder / "kept.pdf"
    extend(case.sealed, path, case.evidence(), case.service.stamper, LATER)
    return path


def test_an_extended_file_is_genuine_and_only_grew(case: Case, kept: Path) -> None:
    data, before = kept.read_bytes(), case.sealed.read_bytes()
    assert data.startswith(before)
    verdict = verify_pdf(data, case.trust, LATER + timedelta(minutes=1))
    assert verdict.outcome is Outcome.GENUINE
    assert verdict.has("long_life_only")
    assert sorted(path.name for path in case.folder.glob(".*")) == []


def test_all_signatures_are_good_by_etsi_rules_in_300_days(case: Case, kept: Path) -> None:
    everybody = {"Director": OK, "Client1": OK, "Seal": OK}
    assert case.says(kept, 3) == everybody
    assert case.says(kept, 300) == everybody


def test_without_the_kiosks_list_the_client_is_not_good(case: Case, tmp_path: Path) -> None:
    """The control: the engine does ask for revocation lists."""
    path, kiosk_ca = tmp_path / "kept.pdf", case.house.kiosk.ca_certificate.subject
    extend(case.sealed, path, case.evidence(kiosk_ca), case.service.stamper, LATER)
    assert case.says(path, 300) == {"Director": OK, "Client1": CHAIN, "Seal": OK}


def test_lists_that_have_run_out_are_not_enough_for_the_client(case: Case, tmp_path: Path) -> None:
    """Not because they have to run: the engine overlooks the list of the kiosk's own CA."""
    path, evidence = tmp_path / "kept.pdf", case.evidence(runs=30 * DAY)
    extend(case.sealed, path, evidence, case.service.stamper, LATER)
    assert case.says(path, 300) == {"Director": OK, "Client1": STALE, "Seal": OK}
    with lists_of_issuers_found():
        assert case.says(path, 300) == {"Director": OK, "Client1": OK, "Seal": OK}


def test_an_expired_certificate_is_good_with_the_evidence_and_not_without(tmp_path: Path) -> None:
    """The control that can fail: the same signature, the same validator, the same day.

    The lists run out before the certificate does, as anybody's would: while a list still runs,
    the time at which the certificate is judged is never moved back (EN 319 102-1, 5.6.2.2.4).
    """
    case = make_case(tmp_path, own=with_short_lived_director(house()))
    kept, lists = tmp_path / "kept.pdf", case.evidence(runs=5 * DAY)
    extend(case.sealed, kept, lists, case.service.stamper, LATER)
    assert {case.says(path, 3, lists)["Director"] for path in (case.sealed, kept)} == {OK}
    for days in (11, 300):
        assert case.says(case.sealed, days, lists)["Director"] == NO_PROOF
        assert case.says(kept, days, lists)["Director"] == OK
    late = tmp_path / "late.pdf"  # the same evidence, two days after the certificate ended
    extend(case.sealed, late, lists, case.service.stamper, NOW + 12 * DAY)
    assert case.says(late, 13, lists)["Director"] == NO_PROOF


def test_while_its_list_runs_an_expired_certificate_is_not_good(tmp_path: Path) -> None:
    case = make_case(tmp_path, own=with_short_lived_director(house()))
    kept = tmp_path / "kept.pdf"
    extend(case.sealed, kept, case.evidence(), case.service.stamper, LATER)
    assert case.says(kept, 11) == {"Director": EXPIRED, "Client1": OK, "Seal": OK}


def test_a_renewed_file_is_genuine_and_good(case: Case, kept: Path, tmp_path: Path) -> None:
    path, trust = kept, case.trust
    for number, days in enumerate((100, 200), start=1):
        at = NOW + days * DAY
        path, before = tmp_path / f"{number}.pdf", path
        evidence = case.evidence(made=days)
        extend(before, path, evidence, case.service.stamper, at + timedelta(hours=2))
        trust = replace(trust, as_of=at)
        verdict = verify_pdf(path.read_bytes(), trust, at + timedelta(hours=3))
        assert verdict.outcome is Outcome.GENUINE, verdict.findings
    assert case.says(path, 300) == {"Director": OK, "Client1": OK, "Seal": OK}
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True, check=False)
    assert said.stdout.count("Signature is Valid.") == 3


def test_a_clients_certificate_has_to_live_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Were it to end after ten days, this engine would not find it good on the eleventh.

    It would, if it did not overlook the list of the kiosk's own CA.
    """
    monkeypatch.setattr(signing.certificates, "SIGNER_VALIDITY", 10 * DAY)
    case = make_case(tmp_path)
    path = tmp_path / "kept.pdf"
    extend(case.sealed, path, case.evidence(runs=5 * DAY), case.service.stamper, LATER)
    assert case.says(path, 3) == {"Director": OK, "Client1": OK, "Seal": OK}
    assert case.says(path, 11) == {"Director": OK, "Client1": STALE, "Seal": OK}
    with lists_of_issuers_found():
        assert case.says(path, 11) == {"Director": OK, "Client1": OK, "Seal": OK}


def test_a_service_that_fails_leaves_nothing(case: Case, tmp_path: Path) -> None:
    class Down(KioskTimeStamper):
        def token(self, sha256: bytes, now: object) -> bytes:
            raise SigningError("timestamp_failed", "No answer.", "Wait.")

    target, before = tmp_path / "kept.pdf", case.sealed.read_bytes()
    down = Down(case.service.stamper.identity)
    with pytest.raises(SigningError):
        extend(case.sealed, target, case.evidence(), down, LATER)
    assert list(tmp_path.iterdir()) == []
    assert case.sealed.read_bytes() == before


@pytest.mark.parametrize(("years", "left_days"), [(10, 180), (1, 180), (0.5, 91.3125)])
def test_a_time_stamp_is_renewed_before_its_certificate_ends(
    years: float, left_days: float
) -> None:
    end = NOW + timedelta(days=365.25 * years)
    assert end - renewal_due(NOW, end) == timedelta(days=left_days)
