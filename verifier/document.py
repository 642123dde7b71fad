"""What genuine means for a sealed PDF and for a certificate on paper (docs/genuine-pdf.md).

The steps, in order. Each adds findings or ends the examination; nothing that is not explained
is genuine.

1. The file carries a certificate: a token in the seal's own data, else in the QR code of the
   rendered last page. Its signature fits a seal key of the trust list; key, revocation, times
   and the age of the list are judged.
2. SHA-256 over the covered prefix, file[:length], is what the certificate states.
3. The first signature after the prefix is the seal: its byte range starts at 0, the gap is
   exactly the hexadecimal of /Contents with nothing but zero padding, and the CMS verifies
   under the very key that signed the token.
4. The sealed bytes end at the end of the file, or only known long-life updates follow.
5. Exactly the expected signatures are there, each intact, trusted, by the person whom the
   certificate names; after the earlier ones nothing but form filling happened.
6. Whatever a parser cannot read is "cannot tell" when the seal covers the whole file, and
   "altered" when something follows the seal. It is never genuine.

Steps 1 to 3 need no PDF parser. No I/O, no clock: bytes, trust list and `now` are arguments.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from verifier.claims import Claims
from verifier.claims_coding import decode_claims
from verifier.errors import FileError, TokenError
from verifier.file_bytes import Bytes, first_bytes
from verifier.findings import Refused, finding
from verifier.key_judgement import (
    judge_end_of_key,
    judge_issue_time,
    judge_issuers,
    judge_list,
    judge_order_of_times,
    judge_seal_key,
)
from verifier.pdf_seal import (
    SealPlace,
    carried_texts,
    check_prefix,
    check_seal,
    find_seal,
)
from verifier.token import read_token_text, split_token, token_text, verify_framed
from verifier.trust_list import TrustedKey, TrustList
from verifier.verdict import Finding, Verdict, reach_verdict

__all__ = ["MAX_PDF_BYTES", "Watch", "examine_bytes", "verify_pdf", "verify_text"]

MAX_PDF_BYTES: Final = 128 * 2**20
"""Largest file that is examined: signing accepts 80 MiB, the rest is what signing adds."""

Watch = Callable[[int, Sequence[Finding]], None]
"""Is told, as each numbered step begins, its number and what was found before it."""

_AROUND_TEXT: Final = " \t\r\n"
"""What scanners and people leave around a text."""
_REQUIRED_OF_ALL: Final = (
    "issuer_known",
    "key_valid",
    "key_not_revoked|revoked_but_received",
    "trust_fresh|trust_ageing",
    "time_assured|time_not_assured",
)
_REQUIRED_OF_PAPER: Final = (*_REQUIRED_OF_ALL, "paper_only")
_REQUIRED_OF_BYTES: Final = (*_REQUIRED_OF_ALL, "bytes_intact", "seal_intact")
_REQUIRED_OF_FILES: Final = (
    *_REQUIRED_OF_BYTES,
    "nothing_after_seal|long_life_only",
    "signatures_complete",
    "signature_good",
)


@dataclass(frozen=True)
class _Certificate:
    """A token whose signature fits a key of the trust list."""

    text: str
    """Its text form, scheme and host in upper case."""
    claims: Claims
    """What it states."""
    key: TrustedKey
    """The key that signed it, and must have sealed the file."""


def verify_pdf(
    data: Bytes,
    trust: TrustList,
    now: datetime,
    text: str | None = None,
    watch: Watch | None = None,
) -> Verdict:
    """Judge a PDF file.

    Args:
        data: the file: its bytes, or what `verifier.file_bytes.open_file` gives.
        trust: the trust list to judge by.
        now: the present time, aware.
        text: the text of a QR code on paper that the file is said to belong to.
        watch: whoever wants to follow the steps as they are taken.

    Returns:
        The verdict. No file, however hostile, makes this raise.

    Raises:
        FileError: a file that is not held in memory cannot be read to its end.
    """
    examination = _Examination(trust, now, watch)
    try:
        place = examination.bytes_of(data, text)
        examination.signatures_of(data, place)
    except Refused as refused:
        examination.findings.append(refused.finding)
    return examination.verdict(_REQUIRED_OF_FILES)


def examine_bytes(data: Bytes, trust: TrustList, now: datetime) -> Verdict:
    """Judge steps 1 to 3 alone: the fast part, which trusts no PDF parser.

    "Genuine" here says that the sealed bytes are intact, not that nothing follows them;
    `verify_pdf` is the whole verdict.
    """
    examination = _Examination(trust, now)
    try:
        examination.bytes_of(data, None)
    except Refused as refused:
        examination.findings.append(refused.finding)
    return examination.verdict(_REQUIRED_OF_BYTES)


def verify_text(text: str, trust: TrustList, now: datetime, watch: Watch | None = None) -> Verdict:
    """Judge the text of a certificate's QR code alone: a paper, whose pages nobody sees here.

    Args:
        text: what a scanner read.
        trust: the trust list to judge by.
        now: the present time, aware.
        watch: whoever wants to follow the steps as they are taken.

    Returns:
        The verdict. No text, however hostile, makes this raise.
    """
    examination = _Examination(trust, now, watch)
    try:
        examination.begin(1)
        certificate = examination.certificate_in(text.strip(_AROUND_TEXT))
        examination.findings += judge_end_of_key(certificate.key, certificate.claims, now)
        examination.findings.append(finding("paper_only"))
    except Refused as refused:
        examination.findings.append(refused.finding)
    return examination.verdict(_REQUIRED_OF_PAPER)


class _Examination:
    """One examination: its steps add to `findings`, in order."""

    def __init__(self, trust: TrustList, now: datetime, watch: Watch | None = None) -> None:
        self.trust = trust
        self.now = now
        self.watch = watch
        self.findings: list[Finding] = []
        self.claims: Claims | None = None

    def begin(self, step: int) -> None:
        """Tell whoever watches that a step begins."""
        if self.watch is not None:
            self.watch(step, tuple(self.findings))

    def verdict(self, required: tuple[str, ...]) -> Verdict:
        """Weigh what was found."""
        return Verdict(
            outcome=reach_verdict(self.findings, required),
            findings=tuple(self.findings),
            claims=self.claims,
            trust_as_of=self.trust.as_of,
            trust_version=self.trust.version,
            checked_at=self.now,
        )

    def bytes_of(self, data: Bytes, text: str | None) -> SealPlace:
        """Steps 1 to 3."""
        # 1. The certificate, its key and its times.
        self.begin(1)
        _check_is_pdf(data)
        carried = _carried_text(data, self.trust) if text is None else text.strip(_AROUND_TEXT)
        try:
            self._certificate = self.certificate_in(carried)
        except Refused as refused:
            if text is None and refused.finding.code in {"code_damaged", "not_a_certificate"}:
                raise Refused("certificate_damaged") from refused
            raise
        if text is not None and _carries_another(data, self._certificate.text):
            raise Refused("other_certificate")
        # 2. The covered prefix.
        self.begin(2)
        claims, key = self._certificate.claims, self._certificate.key
        check_prefix(data, claims)
        self.findings.append(finding("bytes_intact", bytes=str(claims.covered_bytes)))
        # 3. The seal.
        self.begin(3)
        place = find_seal(data, claims.covered_bytes)
        check_seal(data, place, key, self.trust, claims)
        self.findings.append(finding("seal_intact"))
        return place

    def signatures_of(self, data: Bytes, place: SealPlace) -> None:
        """Steps 4 to 6."""
        from verifier.long_life import judge_tail
        from verifier.pdf_signatures import check_signatures

        claims, text, key = self._certificate.claims, self._certificate.text, self._certificate.key
        unreadable = "changed_after_seal"
        try:
            # 4. What follows the seal.
            self.begin(4)
            if place.end == len(data):
                self.findings.append(finding("nothing_after_seal"))
            else:
                self.findings.append(judge_tail(data, place.end, claims, self.trust, self.now))
            proved_by = self.findings[-1].detail.get("at")
            self.findings += judge_end_of_key(key, claims, self.now, proved_by)
            # 5. The signatures inside; no parser sees what follows the seal.
            self.begin(5)
            unreadable = "structure_unreadable"
            sealed = first_bytes(data, place.end)
            self.findings += check_signatures(sealed, claims, text, place, key, self.trust)
        except (Refused, FileError):
            raise
        except Exception as error:
            # 6. Whatever a parser provokes (RecursionError and MemoryError too).
            self.begin(6)
            raise Refused(unreadable) from error

    def certificate_in(self, text: str) -> _Certificate:
        """The first half of step 1: text to token to key to claims, then their judgement."""
        try:
            host, token = read_token_text(text)
            framed = split_token(token)
        except TokenError as error:
            other = error.code == "not_a_certificate_text"
            raise Refused("not_a_certificate" if other else "code_damaged") from error
        key = self.trust.seal_key(framed.kid)
        if key is None:
            raise Refused("issuer_unknown")
        try:
            verify_framed(framed, key.public_key)
        except TokenError as error:
            raise Refused("token_signature_bad") from error
        organisation = self.trust.organisation
        self.findings.append(finding("issuer_known", holder=key.holder, organisation=organisation))
        try:
            claims = decode_claims(framed.payload)
        except TokenError as error:
            raise Refused("token_not_understood") from error
        self.claims = claims
        self.findings += judge_seal_key(key, claims, self.trust)
        self.findings += [judge_list(self.trust, self.now), judge_issue_time(claims, self.now)]
        self.findings += judge_issuers(key, claims, self.trust)
        self.findings += judge_order_of_times(claims)
        if self.trust.hosts and host not in self.trust.hosts:
            self.findings.append(finding("host_not_listed", host=host))
        return _Certificate(token_text(host, token), claims, key)


def _check_is_pdf(data: Bytes) -> None:
    if len(data) > MAX_PDF_BYTES:
        raise Refused("file_too_large", limit=str(MAX_PDF_BYTES // 2**20))
    if data[:5] != b"%PDF-":
        raise Refused("not_a_pdf")


def _carried_text(data: Bytes, trust: TrustList) -> str:
    """The certificate that the file carries.

    A file may quote another certificate (a sealed file inside another one), so the first
    text whose prefix fits wins; when none fits, the last one is judged.
    """
    carried = carried_texts(data)
    for each in carried:
        probe = _Examination(trust, trust.as_of)
        try:
            claims = probe.certificate_in(each.text).claims
            if claims.covered_bytes <= each.position:
                check_prefix(data, claims)
                return each.text
        except Refused:
            continue
    if carried:
        return carried[-1].text
    from verifier.rendered_page import text_on_last_page
    from verifier.seal_page import has_empty_seal_field

    text = text_on_last_page(data)
    if text is not None:
        return text
    raise Refused("not_sealed" if has_empty_seal_field(data) else "not_ours")


def _carries_another(data: Bytes, text: str) -> bool:
    """Tell whether a file carries certificates, and the paper's is not among them."""
    carried = [each.text for each in carried_texts(data)]
    return bool(carried) and text not in carried
