"""A kiosk's report about its own authority: strict, proved, and no obstacle to anything else."""

from __future__ import annotations

import pytest
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st

from sync.authority import AuthorityReply, AuthorityReport, check_report, make_report
from sync.certified_device import CertifiedDevice
from sync.checkpoint import Checkpoint, SignedCheckpoint
from sync.device_side import DeviceIdentity
from sync.errors import EnrolmentRefused, MessageMalformed, RequestRefused
from sync.renewal import RenewalReply, RenewalRequest
from sync.witnessing import CheckpointReply
from tests.sync.pair import OFFICE_URL, Pair

KEY = ec.generate_private_key(ec.SECP256R1())


class Source:
    def __init__(self, pair: Pair, due: bool = True) -> None:
        self.pair = pair
        self.due = due
        self.kept: list[AuthorityReply] = []

    def is_due(self) -> bool:
        return self.due

    def report(self) -> AuthorityReport:
        return make_report(self.pair.kiosk_id, b"list", KEY)

    def keep(self, reply: AuthorityReply) -> None:
        self.due = False
        self.kept.append(reply)


class NothingToRenew:
    def request(self) -> RenewalRequest | None:
        return None

    def keep(self, reply: RenewalReply) -> None:
        raise AssertionError("nothing was asked")

    def waits(self) -> bool:
        return False

    def take(self) -> DeviceIdentity | None:
        return None


class NothingToWitness:
    """A journal of which nobody need hear."""

    def due(self) -> Checkpoint | None:
        return None

    def office_log(self) -> SignedCheckpoint | None:
        return None

    def keep(self, reply: CheckpointReply) -> None:
        raise AssertionError("nothing was sent")

    def dispute(self, code: str, journal_note: str, office_note: str) -> None:
        raise AssertionError("nothing was sent")


def device(pair: Pair, source: Source) -> CertifiedDevice:
    return CertifiedDevice(
        source, pair.store, pair.identity, OFFICE_URL, pair.http, pair.clock,
        pair.trust_folder, pair.grant.trust_root, renewal=NothingToRenew(),
        journal=NothingToWitness(),
    )  # fmt: skip


def test_a_report_goes_up_before_everything_else(pair: Pair) -> None:
    source = Source(pair)
    pair.store.sign("01" * 16, b"%PDF-1.7", pair.clock())
    report = device(pair, source).exchange()
    assert (report.problems, report.blobs_up, report.events_up) == ((), 1, 1)
    assert source.kept == [AuthorityReply(None)]
    ((kiosk_id, sent),) = pair.ledger.reports
    check_report(kiosk_id, sent)
    order = [request.url.path.split("/")[3] for request in pair.network.requests]
    assert order.index("authority") < order.index("poll")
    device(pair, source).exchange()
    assert len(pair.ledger.reports) == 1


def test_a_refused_report_keeps_nothing_from_going_up(
    pair: Pair, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise RequestRefused("not_found", "There is nothing.", "Wait.", 404)

    monkeypatch.setattr(pair.ledger, "take_authority_report", refuse)
    source = Source(pair)
    pair.store.sign("01" * 16, b"%PDF-1.7", pair.clock())
    report = device(pair, source).exchange()
    assert (report.problems, report.blobs_up) == (("not_found",), 1)
    assert source.kept == []


def test_a_proof_is_bound_to_the_kiosk_and_to_the_key() -> None:
    report = make_report("k-1", b"list", KEY)
    assert check_report("k-1", report) == KEY.public_key()
    with pytest.raises(EnrolmentRefused):
        check_report("k-2", report)
    other = make_report("k-1", b"list", ec.generate_private_key(ec.SECP256R1()))
    for mixed in (
        AuthorityReport(b"list", other.timestamp_key, report.proof),
        AuthorityReport(b"list", report.timestamp_key + b"\0", report.proof),
    ):
        with pytest.raises(EnrolmentRefused):
            check_report("k-1", mixed)


@given(st.binary(max_size=120), st.binary(max_size=80))
def test_no_bytes_pass_for_a_key(key: bytes, proof: bytes) -> None:
    with pytest.raises(EnrolmentRefused):
        check_report("k-1", AuthorityReport(b"list", key, proof))


def test_both_messages_are_read_as_they_were_written() -> None:
    report = make_report("k-1", b"list", KEY)
    assert AuthorityReport.from_json(report.to_json()) == report
    for reply in (AuthorityReply(None), AuthorityReply(b"certificate")):
        assert AuthorityReply.from_json(reply.to_json()) == reply
    for wrong in ({}, {**report.to_json(), "more": 1}, {**report.to_json(), "crl": "?"}, None):
        with pytest.raises(MessageMalformed):
            AuthorityReport.from_json(wrong)
