"""Head office asks for new keys: the kiosk makes them, and changes to them all at once or not."""

from __future__ import annotations

from pathlib import Path

import pytest
from cryptography import x509
from flask.testing import FlaskClient

from kiosk.application import Parts
from kiosk.identity import key_generation
from kiosk.key_state import KeyState
from signing.ceremony.desk import DeskRefused
from sync.errors import MessageMalformed, SyncError
from sync.renewal import RenewalReply
from tests.kiosk import test_power_cut
from tests.kiosk.client import arrive, prove_identity, seal, sign
from tests.kiosk.company import Company
from tests.kiosk.machine import Machine
from tests.kiosk.test_authority import signed_file
from tests.kiosk.test_power_cut import Bench
from verifier.document import verify_pdf
from verifier.trust_list import TrustList
from verifier.verdict import Outcome

bench, office = test_power_cut.bench, test_power_cut.office  # its fixtures

CUTS = [
    "after:signing.key_files:KeyFile.keep#1",  # one new key of several
    "before:kiosk.renewal:KeyRenewal.keep",  # certified, the kiosk has not kept it
    "after:kiosk.journal:Journal.add",  # inside the transaction of the change, at its end
    "after:kiosk.renewal:KeyRenewal.take",  # head office has not heard from the new key yet
]


def key_files(folder: Path) -> set[str]:
    return {path.name for path in (folder / "keys").glob("*.pem")}


def the_list(company: Company) -> TrustList:
    return TrustList.from_json_bytes(company.publisher.client_files()["trust-list.json"])


def judged(company: Company, pdf: bytes, machine: Machine) -> Outcome:
    return verify_pdf(pdf, the_list(company), machine.wall).outcome


def ask(company: Company, generation: int = 2) -> None:
    company.ledger.want_keys("kiosk-1", generation)


def test_new_keys_replace_the_old_ones_in_one_exchange(
    kiosk: Parts, company: Company, machine: Machine
) -> None:
    terminal = kiosk.terminal
    before = terminal.enrolment()
    record = arrive(kiosk, company)
    sign(kiosk, company, record)
    old = signed_file(kiosk, record.document_id)
    ask(company)
    assert kiosk.head_office.exchange().problems == ()
    after = terminal.enrolment()
    assert key_generation(terminal.store) == 2
    assert company.ledger.kiosks["kiosk-1"].taken == [company.now]
    for name in ("ca", "seal", "timestamp"):
        assert getattr(after.keys, name).public_key() != getattr(before.keys, name).public_key()
    assert after.device.signing_key.private_bytes_raw() != (
        before.device.signing_key.private_bytes_raw()
    )
    assert key_files(terminal.settings.data_folder) == {
        f"{name}-2.pem" for name in ("ca", "seal", "timestamp", "sync")
    }
    assert after.kiosk.ca_certificate.subject != before.kiosk.ca_certificate.subject
    record = arrive(kiosk, company, 2)
    sign(kiosk, company, record)
    fresh = signed_file(kiosk, record.document_id)
    assert [judged(company, one, machine) for one in (old, fresh)] == [Outcome.GENUINE] * 2
    assert kiosk.head_office.exchange().problems == ()
    ask(company, 3)
    kiosk.head_office.exchange()  # renewed once more; nobody asked for these certificates twice
    assert key_generation(terminal.store) == 3


def test_a_document_half_way_through_its_ceremony_is_signed_with_the_new_keys(
    kiosk: Parts, company: Company, machine: Machine
) -> None:
    record = arrive(kiosk, company)
    prove_identity(kiosk, company, record)  # its code key was sealed to the old exchange key
    ask(company)
    kiosk.head_office.exchange()
    seal(kiosk, record)
    assert judged(company, signed_file(kiosk, record.document_id), machine) is Outcome.GENUINE


def test_codes_sealed_to_the_old_exchange_key_open_until_none_is_left(
    kiosk: Parts, company: Company, machine: Machine
) -> None:
    record = arrive(kiosk, company)
    ask(company)
    kiosk.head_office.exchange()
    assert len(kiosk.terminal.enrolment().keys.former_exchange) == 1
    kiosk.head_office.exchange()
    assert len(kiosk.terminal.enrolment().keys.former_exchange) == 1
    sign(kiosk, company, record)
    kiosk.head_office.exchange()
    assert kiosk.terminal.enrolment().keys.former_exchange == ()
    assert kiosk.terminal.store.setting("former_exchange_keys") == ""


def test_nothing_changes_before_the_trust_list_names_the_new_keys(
    kiosk: Parts, company: Company, machine: Machine
) -> None:
    company.lists_renewed_keys = False
    record = arrive(kiosk, company)
    ask(company)
    kiosk.head_office.exchange()
    assert key_generation(kiosk.terminal.store) == 1
    assert kiosk.terminal.renewal.waits()
    sign(kiosk, company, record)
    assert judged(company, signed_file(kiosk, record.document_id), machine) is Outcome.GENUINE


def test_the_old_ca_signs_its_last_list_before_its_key_is_destroyed(
    kiosk: Parts, company: Company, monkeypatch: pytest.MonkeyPatch
) -> None:
    old = kiosk.terminal.enrolment().kiosk.ca_certificate
    ask(company)
    kiosk.head_office.exchange()
    kiosk.head_office.exchange()
    kiosk.head_office.exchange()
    reports = [report for _, report in company.ledger.reports[-2:]]
    lists = [x509.load_der_x509_crl(report.crl) for report in reports]
    new = kiosk.terminal.enrolment().kiosk.ca_certificate
    assert [one.issuer for one in lists] == [old.subject, new.subject]
    assert kiosk.terminal.store.setting("former_ca_list") == ""


def test_certificates_for_other_keys_change_nothing(kiosk: Parts, company: Company) -> None:
    company.lists_renewed_keys = False
    ask(company)
    kiosk.head_office.exchange()
    renewed = company.ledger.kiosks["kiosk-1"].renewed
    assert renewed is not None
    good = renewed[1]
    before = kiosk.terminal.store.setting("renewal_reply")
    seal_twice = RenewalReply(
        good.ca_certificate, good.ca_certificate, good.timestamp_certificate, good.chain
    )
    root_only = RenewalReply(
        good.ca_certificate, good.seal_certificate, good.timestamp_certificate, good.chain[1:]
    )
    for bad in (seal_twice, root_only, RenewalReply(b"x", b"y", b"z", (b"w",))):
        with pytest.raises(MessageMalformed):
            kiosk.terminal.renewal.keep(bad)
    assert kiosk.terminal.store.setting("renewal_reply") == before


def test_the_old_sync_key_counts_until_the_new_one_was_used_and_not_after(
    kiosk: Parts, company: Company
) -> None:
    old = kiosk.terminal.device(company.client())
    ask(company)
    kiosk.head_office.exchange()
    with pytest.raises(SyncError) as refused:
        old.fetch_time()
    assert refused.value.code == "signature_invalid"


@pytest.mark.parametrize("point", CUTS)
def test_a_cut_while_renewing_leaves_the_old_keys_or_the_new_ones(bench: Bench, point: str) -> None:
    ask(bench.company)
    bench.cut("exchange", point)
    parts = bench.start()
    generation = key_generation(parts.terminal.store)
    enrolment = parts.terminal.enrolment()
    sealed_by = enrolment.kiosk.seal_certificate.public_key()
    assert sealed_by == enrolment.keys.seal.public_key()
    record = arrive(parts, bench.company)  # finishes the renewal, whatever was cut
    assert key_generation(parts.terminal.store) == 2
    assert generation in (1, 2)
    assert key_files(bench.folder / "kiosk") == {
        f"{name}-2.pem" for name in ("ca", "seal", "timestamp", "sync")
    }
    assert len(bench.company.ledger.kiosks["kiosk-1"].taken) == 1
    sign(parts, bench.company, record)
    pdf = signed_file(parts, record.document_id)
    assert judged(bench.company, pdf, bench.machine) is Outcome.GENUINE
    bench.stop()


def test_a_kiosk_whose_keys_ran_out_signs_nothing_and_says_so(
    kiosk: Parts, company: Company, machine: Machine, browser: FlaskClient
) -> None:
    record = arrive(kiosk, company)
    prove_identity(kiosk, company, record)
    end = kiosk.terminal.key_health().until
    left = (end - machine.wall).total_seconds()
    machine.passes(left - 300 * 86_400)
    assert kiosk.terminal.key_health().state is KeyState.ENDING
    assert browser.get("/healthz").json["keys"]["state"] == "ending"  # type: ignore[index]
    machine.passes(300 * 86_400)
    assert browser.get("/healthz").status_code == 503
    found = browser.get(f"/find/open/{record.document_id}")
    assert found.status_code == 409
    assert b"kiosk_keys_unusable" in found.data
    with pytest.raises(DeskRefused) as refused:
        seal(kiosk, record)
    assert refused.value.code == "kiosk_keys_unusable"
    assert kiosk.terminal.store.rows("SELECT * FROM sealed") == []
    assert kiosk.terminal.store.setting("certificate_sequence") == ""
    assert kiosk.desk.load(record.document_id) is not None  # the answers are still there


def test_a_kiosk_whose_issuer_was_revoked_signs_again_after_its_renewal(
    kiosk: Parts, company: Company, machine: Machine
) -> None:
    record = arrive(kiosk, company)
    prove_identity(kiosk, company, record)
    company.now = machine.wall
    company.replace_signing_ca()
    kiosk.head_office.exchange()
    assert kiosk.terminal.key_health().state is KeyState.REVOKED
    with pytest.raises(DeskRefused) as refused:
        seal(kiosk, record)
    assert refused.value.code == "kiosk_keys_unusable"
    machine.passes(4 * 3600)
    company.now = machine.wall
    ask(company)
    kiosk.head_office.exchange()
    assert kiosk.terminal.key_health().state is KeyState.GOOD
    record = arrive(kiosk, company, 2)  # signed for the company under the new CA
    sign(kiosk, company, record)
    pdf = signed_file(kiosk, record.document_id)
    assert judged(company, pdf, machine) is Outcome.GENUINE
