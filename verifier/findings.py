"""Every finding that the verifier can make, and how it weighs (docs/findings.md).

A code that is not in this table cannot be made into a finding, so the table, its sentences in
four languages and its documentation stay complete (a test holds them together).
"""

from __future__ import annotations

from typing import Final

from verifier.verdict import Finding, Severity

__all__ = ["FINDINGS", "Refused", "finding"]

_GOOD, _NOTICE, _DOUBT, _BAD = Severity.GOOD, Severity.NOTICE, Severity.DOUBT, Severity.BAD

FINDINGS: Final[dict[str, Severity]] = {
    # Finding the certificate
    "not_a_pdf": _DOUBT,
    "file_too_large": _DOUBT,
    "not_ours": _DOUBT,
    "not_sealed": _DOUBT,
    "no_code_in_picture": _DOUBT,
    "several_codes": _DOUBT,
    "not_a_certificate": _DOUBT,
    "code_damaged": _DOUBT,
    "certificate_damaged": _BAD,
    "other_certificate": _BAD,
    # The certificate's signature and its key
    "issuer_known": _GOOD,
    "issuer_unknown": _DOUBT,
    "token_signature_bad": _BAD,
    "token_not_understood": _DOUBT,
    "host_not_listed": _DOUBT,
    "key_valid": _GOOD,
    "key_not_valid_then": _DOUBT,
    "key_ended_since": _NOTICE,
    "key_not_revoked": _GOOD,
    "key_revoked": _DOUBT,
    "revoked_but_received": _NOTICE,
    # Time and the trust list's age
    "trust_fresh": _GOOD,
    "trust_ageing": _NOTICE,
    "trust_stale": _DOUBT,
    "trust_from_future": _DOUBT,
    "time_assured": _GOOD,
    "time_not_assured": _NOTICE,
    "issued_in_future": _DOUBT,
    # The bytes
    "paper_only": _NOTICE,
    "bytes_intact": _GOOD,
    "bytes_changed": _BAD,
    "bytes_missing": _BAD,
    # The seal
    "seal_intact": _GOOD,
    "seal_missing": _BAD,
    "seal_range_wrong": _BAD,
    "seal_gap_wrong": _BAD,
    "seal_padding_wrong": _BAD,
    "seal_signature_bad": _BAD,
    "nothing_after_seal": _GOOD,
    "long_life_only": _NOTICE,
    "long_life_unproved": _DOUBT,
    "changed_after_seal": _BAD,
    # The people's signatures
    "signatures_complete": _GOOD,
    "signature_missing": _BAD,
    "signature_unexpected": _BAD,
    "signature_good": _GOOD,
    "signature_broken": _BAD,
    "changed_after_signature": _BAD,
    "field_differs": _BAD,
    "field_unreadable": _DOUBT,
    "readers_may_differ": _DOUBT,
    "times_out_of_order": _DOUBT,
    "key_used_twice": _BAD,
    "signature_untrusted": _DOUBT,
    "signer_revoked": _DOUBT,
    "signer_differs": _BAD,
    "signing_time_differs": _BAD,
    "proof_differs": _BAD,
    "certification_wrong": _BAD,
    "order_wrong": _BAD,
    "document_differs": _BAD,
    "pages_differ": _BAD,
    "structure_unreadable": _DOUBT,
    # Documents of others, by roots that the caller names
    "foreign_document": _DOUBT,
    "foreign_unsigned": _DOUBT,
    "foreign_signature_good": _GOOD,
    "foreign_signature_untrusted": _DOUBT,
    "foreign_signature_broken": _BAD,
    "foreign_covers_part": _DOUBT,
    "foreign_evidence_after": _NOTICE,
    "foreign_filled_after": _NOTICE,
    "foreign_changed_after": _DOUBT,
    "foreign_level": _NOTICE,
    "foreign_time_stamped": _GOOD,
    "foreign_time_claimed": _NOTICE,
    "foreign_time_missing": _NOTICE,
    "foreign_covered": _GOOD,
    "foreign_not_covered": _DOUBT,
}
"""Code to severity. Doubt rules out "genuine"; bad means "altered"."""


def finding(code: str, **detail: str) -> Finding:
    """Make a finding of the table.

    Raises:
        KeyError: the code is not in the table.
    """
    # plain text: a string of pyHanko's would carry the whole file along, between processes too
    return Finding(code, FINDINGS[code], {name: str(detail[name]) for name in detail})


class Refused(Exception):
    """A step found what ends the examination; never leaves this package.

    Args:
        code: a code of FINDINGS that is a doubt or bad.
        detail: what its sentence names.
    """

    def __init__(self, code: str, **detail: str) -> None:
        super().__init__(code)
        self.finding = finding(code, **detail)
