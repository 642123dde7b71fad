"""From the last client's word to the sealed file, in one step that leaves all or nothing.

1. A one-shot key is made and certified in the client's name.
2. The client's update is written: values, stamp, mark, signature. The key is gone with it.
3. SHA-256 and length of that file are taken: the *covered prefix* of the final one.
4. The certificate token is made over them and signed with the seal's key.
5. The certificate page is drawn and the seal written with it.
6. The result is verified as any stranger would verify it. Anything but "genuine" is an error.
7. Only then the file takes its name, whole (`signing.whole_file`).

Whatever fails, the source is untouched, nothing stands under the target's name, and no temporary
file is left.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from signing.certificate_facts import CertificateFacts, SignerLine
from signing.certificate_page import draw_certificate
from signing.certificate_token import sign_token
from signing.fields import DocumentPlan
from signing.identities import KioskIdentity, SealContext
from signing.marks import ClientAnswers
from signing.page_geometry import A4
from signing.revision import open_revision
from signing.seal import write_seal
from signing.turns import (
    ClientTurn,
    check_turn,
    claims_after,
    digest_of,
    refuse_own_work,
    sign_client,
    turn_of,
)
from signing.whole_file import whole_file
from verifier.document import verify_pdf
from verifier.file_bytes import open_file
from verifier.token import Claims, token_text
from verifier.verdict import Outcome

__all__ = ["Sealed", "complete"]


@dataclass(frozen=True)
class Sealed:
    """What a finished document leaves beside its file."""

    token: bytes  # the certificate token, docs/certificate-token.md
    text: str  # the token as the QR code carries it
    covered_sha256: bytes  # SHA-256 of the covered prefix
    covered_bytes: int  # length of the covered prefix
    claims: Claims  # what the token says


def complete(
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
) -> Sealed:
    """Sign for the last client, seal, verify, and keep the result at `target`.

    Args:
        source: The document as the signer before left it; it is not changed.
        target: Where the sealed document goes.
        plan: The document's plan.
        client_index: Which client, from 0; the last one.
        answers: What the client gave.
        kiosk: The device's keys.
        context: What the device knows at this moment.
        now: The moment of signing and sealing, aware.
        earlier: The turns of the clients before (`signing.turns`), in order.

    Raises:
        FieldRefused: A value does not fit its field.
        SealRefused: `turns_missing`, or `not_genuine` when the result does not verify.
        SigningError: As `signing.client` and `signing.seal` raise it.
        OSError: The disk did not take it.
    """
    check_turn(plan, client_index, earlier, last=True)
    moment = now.astimezone(UTC).replace(microsecond=0)
    turn = turn_of(plan, client_index, answers.mark, kiosk, context, moment)
    with _temporary_beside(target) as signed:
        sign_client(source, signed, plan, client_index, answers, kiosk, context, moment)
        sha256, size = digest_of(signed)
        turns = (*earlier, turn)
        return _seal(signed, target, plan, turns, kiosk, context, moment, sha256, size)


def _seal(
    signed: Path,
    target: Path,
    plan: DocumentPlan,
    turns: tuple[ClientTurn, ...],
    kiosk: KioskIdentity,
    context: SealContext,
    now: datetime,
    sha256: bytes,
    size: int,
) -> Sealed:
    with open_revision(signed) as revision, whole_file(target) as temporary:
        claims = claims_after(
            *(turns, plan, context.director),
            *(sha256, size, revision.page_count),
            certificate_sequence=context.certificate_sequence,
        )
        token = sign_token(claims, kiosk.seal_key)
        text = token_text(context.host, token)
        facts = _facts(plan, claims, turns, kiosk, context)
        page = draw_certificate(facts, text, (A4.width, A4.height))
        write_seal(revision, temporary, page, text, kiosk.seal_identity, now)
        _must_be_genuine(temporary, context, now)
    return Sealed(token, text, sha256, size, claims)


def _facts(
    plan: DocumentPlan,
    claims: Claims,
    turns: tuple[ClientTurn, ...],
    kiosk: KioskIdentity,
    context: SealContext,
) -> CertificateFacts:
    director = claims.signers[0]
    lines = [
        SignerLine(
            plan.director_name, director.role, director.method, director.proof, director.signed_at
        )
    ]
    for client, turn in zip(plan.clients, turns, strict=True):
        who = turn.claim
        lines.append(
            SignerLine(
                client.name,
                who.role,
                who.method,
                who.proof,
                who.signed_at,
                turn.evidence,
                turn.kiosk_name,
            )
        )
    return CertificateFacts(
        document_id=plan.document_id,
        number=plan.number,
        title=plan.title,
        language=plan.language,
        pages=claims.pages - 1,
        signers=tuple(lines),
        kiosk_name=kiosk.name,
        software_version=context.software_version,
        trust_version=context.trust.version,
        trust_as_of=context.trust.as_of,
        issued_at=claims.issued_at,
        time_quality=claims.time_quality,
        journal_position=context.journal_position,
        covered_sha256=claims.covered_sha256,
        host=context.host,
        timezone=context.timezone,
        time_stamped=kiosk.timestamper is not None,
    )


def _must_be_genuine(sealed: Path, context: SealContext, now: datetime) -> None:
    with open_file(sealed) as data:
        verdict = verify_pdf(data, context.trust, now)
    # A trust list older than 30 days says nothing against the file: a kiosk that has been
    # without a link for longer must still be able to sign.
    if verdict.outcome is Outcome.GENUINE or verdict.against == {"trust_stale"}:
        return
    refuse_own_work("seal", verdict.findings)


@contextmanager
def _temporary_beside(target: Path) -> Iterator[Path]:
    path = target.with_name(f".{target.name}.signed")
    try:
        yield path
    finally:
        path.unlink(missing_ok=True)
