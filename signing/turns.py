"""One client's turn at a document that several clients sign, one after the other.

Every client but the last signs and nothing more: the file grows by one update, is judged as
strictly as a sealed one would be, and waits for the next. The last one's turn ends in the seal
(`signing.completion`), whose certificate speaks of every turn.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

from signing.certificate_facts import EvidenceSummary
from signing.client import sign_as_client
from signing.errors import SealRefused
from signing.fields import DocumentPlan
from signing.identities import KioskIdentity, SealContext
from signing.marks import ClientAnswers, DrawnMark, Mark, TypedMark
from signing.one_shot import OneShotKey, make_one_shot
from signing.revision import open_revision
from signing.whole_file import whole_file
from verifier.file_bytes import open_file
from verifier.token import (
    MAX_NUMBER_BYTES,
    Claims,
    Method,
    Role,
    SignerClaim,
    TimeQuality,
    cut_name,
    cut_text,
    cut_title,
)
from verifier.unsealed import verify_unsealed
from verifier.verdict import Finding

__all__ = ["ClientTurn", "SignedTurn", "check_turn", "claims_after", "digest_of", "method_of"]
__all__ += ["refuse_own_work", "sign_client", "sign_turn", "turn_of"]

log = logging.getLogger(__name__)

CHUNK_BYTES = 1024 * 1024


@dataclass(frozen=True)
class ClientTurn:
    """What is certified about one client who has signed."""

    claim: SignerClaim
    """Name as the token cuts it, method, proof of identity, time."""
    evidence: EvidenceSummary
    """What the client was shown before."""
    kiosk_name: str
    """Where the client signed, as people call the device."""
    time_quality: TimeQuality
    """Whether that device could vouch for its clock."""


@dataclass(frozen=True)
class SignedTurn:
    """A file that its next client can sign."""

    turn: ClientTurn
    """The client who has just signed."""
    sha256: bytes
    """SHA-256 of the file."""
    size: int
    """Its length in bytes."""


def sign_turn(
    source: Path,
    target: Path,
    plan: DocumentPlan,
    client_index: int,
    answers: ClientAnswers,
    kiosk: KioskIdentity,
    context: SealContext,
    now: datetime,
    *,
    earlier: Sequence[ClientTurn] = (),
) -> SignedTurn:
    """Sign for a client who is not the last, and keep the file at `target`, whole or not at all.

    Args:
        source: The document as the signer before left it; it is not changed.
        target: Where the signed document goes.
        plan: The document's plan.
        client_index: Which client, from 0; not the last.
        answers: What the client gave.
        kiosk: The device's keys.
        context: What the device knows at this moment; sequence and position are not used.
        now: The moment of signing, aware.
        earlier: The turns of the clients before, in order.

    Raises:
        FieldRefused: A value does not fit its field.
        SealRefused: `turns_missing`, or `not_genuine` when the result does not verify.
        SigningError: As `signing.client` raises it.
        OSError: The disk did not take it.
    """
    check_turn(plan, client_index, earlier, last=False)
    moment = now.astimezone(UTC).replace(microsecond=0)
    turn = turn_of(plan, client_index, answers.mark, kiosk, context, moment)
    with whole_file(target) as temporary:
        sign_client(source, temporary, plan, client_index, answers, kiosk, context, moment)
        sha256, size = digest_of(temporary)
        with open_revision(temporary) as revision:
            pages = revision.page_count
        claims = claims_after([*earlier, turn], plan, context.director, sha256, size, pages)
        _must_be_signed(temporary, claims, context)
    return SignedTurn(turn, sha256, size)


def check_turn(
    plan: DocumentPlan, client_index: int, earlier: Sequence[ClientTurn], *, last: bool
) -> None:
    """Refuse to sign out of turn.

    Raises:
        SealRefused: `turns_missing`.
    """
    is_last = client_index == len(plan.clients) - 1
    names = [cut_name(client.name) for client in plan.clients[:client_index]]
    if is_last is not last or [turn.claim.name for turn in earlier] != names:
        raise SealRefused(
            "turns_missing",
            "It is not this person's turn to sign this document.",
            "Let everybody sign in the order that head office has set.",
        )


def turn_of(
    plan: DocumentPlan,
    client_index: int,
    mark: Mark,
    kiosk: KioskIdentity,
    context: SealContext,
    now: datetime,
) -> ClientTurn:
    """What is certified about the client who signs now."""
    claim = SignerClaim(
        name=cut_name(plan.clients[client_index].name),
        role=Role.CLIENT,
        method=method_of(mark),
        proof=context.client_proof,
        signed_at=now,
    )
    return ClientTurn(claim, context.evidence, kiosk.name, context.time_quality)


def claims_after(
    turns: Sequence[ClientTurn],
    plan: DocumentPlan,
    director: SignerClaim,
    sha256: bytes,
    size: int,
    pages: int,
    *,
    certificate_sequence: int = 1,
) -> Claims:
    """What a certificate states when the document ends after these turns.

    Before the last one they are never signed: they tell `verifier.unsealed` who must have signed,
    and when.

    Args:
        turns: The clients who have signed, in order; at least one.
        plan: The document's plan.
        director: The director's signature.
        sha256: SHA-256 of the file.
        size: Its length in bytes.
        pages: Its pages, the empty certificate page included.
        certificate_sequence: The number of the kiosk's certificate, once there is one.

    Raises:
        TokenError: a value is out of its range.
    """
    return Claims(
        document_id=plan.document_id,
        covered_sha256=sha256,
        covered_bytes=size,
        issued_at=turns[-1].claim.signed_at,
        time_quality=min(turn.time_quality for turn in turns),
        title=cut_title(plan.title),
        number=cut_text(plan.number, MAX_NUMBER_BYTES),
        signers=(
            replace(director, name=cut_name(director.name)),
            *(turn.claim for turn in turns),
        ),
        certificate_sequence=certificate_sequence,
        pages=pages,
    )


def sign_client(
    source: Path,
    target: Path,
    plan: DocumentPlan,
    client_index: int,
    answers: ClientAnswers,
    kiosk: KioskIdentity,
    context: SealContext,
    now: datetime,
) -> None:
    """Make a one-shot key, let it sign for the client, and destroy it whatever happens.

    Raises:
        SigningError: As `signing.client.sign_as_client` raises it.
        OSError: The disk did not take it.
    """
    name = plan.clients[client_index].name
    identity = make_one_shot(name, context.client_proof, kiosk, now)
    try:
        sign_as_client(
            source,
            target,
            plan,
            client_index,
            answers,
            identity,
            now,
            timezone=context.timezone,
        )
    finally:
        if isinstance(identity.key, OneShotKey):
            identity.key.destroy()


def method_of(mark: Mark) -> Method:
    """How a mark was made, as the certificate codes it."""
    if isinstance(mark, TypedMark):
        return Method.TYPED
    return Method.DRAWN if isinstance(mark, DrawnMark) else Method.PICTURE


def digest_of(path: Path) -> tuple[bytes, int]:
    """SHA-256 and length of a file, without holding it in memory."""
    digest = hashlib.sha256()
    size = 0
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
    return digest.digest(), size


def _must_be_signed(signed: Path, claims: Claims, context: SealContext) -> None:
    with open_file(signed) as data:
        against = verify_unsealed(data, claims, context.trust)
    if against:
        refuse_own_work("turn", against)


def refuse_own_work(what: str, findings: Iterable[Finding]) -> NoReturn:
    """Refuse to keep a file that this device made and its own verifier does not accept.

    Raises:
        SealRefused: `not_genuine`; the findings' codes are in the log.
    """
    codes = ",".join(finding.code for finding in findings)
    log.error("%s_not_genuine findings=%s", what, codes)
    raise SealRefused(
        "not_genuine",
        "The signed document did not pass this device's own verification, so it was not kept.",
        "Try again; if it happens again, call head office.",
    )
