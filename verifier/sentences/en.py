"""Sentences in English."""

from __future__ import annotations

from typing import Final

__all__ = ["SENTENCES"]

SENTENCES: Final[dict[str, str]] = {
    "genuine": "Genuine. This is what was signed and sealed.",
    "genuine_paper": "The certificate is genuine. Compare the paper with it.",
    "altered": "Altered. This is not what was signed and sealed.",
    "cannot_tell": "It cannot be told whether this is genuine.",
    "judged_by_list": "Judged by the trust list as of {as_of}.",
    "judged_without_list": "Judged without a trust list as of {as_of}.",
    "not_a_pdf": "This file is not a PDF.",
    "file_too_large": "This file is larger than {limit} MB and was not examined.",
    "not_ours": "This file carries no Sygnet certificate of authenticity.",
    "not_sealed": "This file has no seal: signing was not finished, or the seal was cut off.",
    "no_code_in_picture": "No QR code can be read in this picture.",
    "several_codes": "The picture shows codes of several certificates. Show one at a time.",
    "not_a_certificate": "This code is something else than a certificate of authenticity.",
    "code_damaged": "The certificate's code is incomplete or damaged. Scan it again.",
    "certificate_damaged": "The certificate inside this file is damaged.",
    "other_certificate": "This certificate belongs to another document.",
    "issuer_known": "The certificate was issued by {organisation} at {holder}.",
    "issuer_unknown": "The certificate was issued by someone whom the trust list does not know.",
    "token_signature_bad": "The certificate's text was changed: its signature does not fit.",
    "token_not_understood": "The certificate has a form that this verifier does not know.",
    "host_not_listed": "The code leads to {host}, which is not an address of this organisation.",
    "key_valid": "The issuer's key was valid when the certificate was issued.",
    "key_not_valid_then": "The issuer's key was not valid when the certificate says it was issued.",
    "key_ended_since": "The issuer's key ended on {until}; nothing proves that it "
    "issued this before.",
    "key_not_revoked": "The issuer's key had not been revoked as of {as_of}.",
    "key_revoked": "The issuer's key was revoked on {at} ({reason}); head office did not hold "
    "this certificate then.",
    "revoked_but_received": "The issuer's key was revoked on {at}; head office already held this "
    "certificate then, so it stays good.",
    "trust_fresh": "Age of the trust list in days: {days}.",
    "trust_ageing": "Age of the trust list in days: {days}. Fetch a newer one soon.",
    "trust_stale": "Age of the trust list in days: {days}. That is too old to tell what has been "
    "revoked.",
    "trust_from_future": "The trust list is from {as_of}, later than this machine's clock.",
    "time_assured": "The time of signing, {issued_at}, was assured.",
    "time_not_assured": "The time of signing, {issued_at}, was not assured: the kiosk's clock had "
    "not been confirmed.",
    "issued_in_future": "The certificate says it was issued on {issued_at}, which lies in the "
    "future. Check this machine's clock.",
    "paper_only": "Only the code was examined, not the pages: compare title, names and dates.",
    "bytes_intact": "All {bytes} signed bytes are unchanged.",
    "bytes_changed": "The signed part of this file was changed.",
    "bytes_missing": "Part of the signed file is missing.",
    "seal_intact": "The seal is intact and was made with the same key as the certificate.",
    "seal_missing": "The seal is missing where it belongs.",
    "seal_range_wrong": "The seal does not cover what it must cover.",
    "seal_gap_wrong": "There is room in the seal for something that is not the seal.",
    "seal_padding_wrong": "Something is hidden in the filling of the seal.",
    "seal_signature_bad": "The seal is broken: the file was changed, or the seal is not the "
    "issuer's.",
    "nothing_after_seal": "Nothing was added after the seal.",
    "long_life_only": "Only evidence for long keeping was added after the seal: {service} "
    "confirms that the file existed on {at}.",
    "long_life_unproved": "Evidence for long keeping was added after the seal, by a service that "
    "the trust list does not know.",
    "changed_after_seal": "Something was added to the file after it was sealed.",
    "signatures_complete": "All {count} expected signatures are there, and no other.",
    "signature_missing": "The signature {field} is missing.",
    "signature_unexpected": "There is a signature that does not belong here: {field}.",
    "signature_good": "{name}: signature intact and trusted.",
    "signature_broken": "The signature {field} is broken.",
    "changed_after_signature": "After the signature {field}, more was changed than is allowed.",
    "field_differs": "The field {field} shows something else than the value that it holds.",
    "field_unreadable": "What the field {field} shows cannot be read back, so it may "
    "not be the value that it holds.",
    "readers_may_differ": "Readers may show this document in different ways ({what}).",
    "times_out_of_order": "The times of signing contradict the order of the "
    "signatures: {field} would be earlier than what it signs.",
    "key_used_twice": "The key behind the signature {field} already signed before in this file.",
    "signature_untrusted": "The trust list cannot vouch for the signature {field}.",
    "signer_revoked": "The key behind the signature {field} was revoked on {at} ({reason}).",
    "signer_differs": "The signature {field} is by {found}, but the certificate names {expected}.",
    "signing_time_differs": "The signature {field} says {found}, but the certificate {expected}.",
    "proof_differs": "The signature {field} and the certificate name different proofs of identity.",
    "certification_wrong": "The first signature does not protect the document as it must.",
    "order_wrong": "The signatures are not in the order in which they must be.",
    "document_differs": "The certificate contradicts the signed document: "
    "“{expected}” instead of “{found}”.",
    "pages_differ": "The file has {found} pages, but the certificate says {expected}.",
    "structure_unreadable": "The file has a structure that this verifier cannot examine.",
    "foreign_valid": "Not a Sygnet document. Its signatures are valid by the roots that were "
    "given.",
    "foreign_altered": "Not a Sygnet document, and altered: a signature is broken.",
    "foreign_unsure": "Not a Sygnet document. Its signatures cannot be vouched for.",
    "foreign_document": "This is not a Sygnet document; it was judged by the given roots "
    "({count}) as of {as_of}, without revocation.",
    "foreign_unsigned": "The document carries no signature.",
    "foreign_signature_good": "{field}: intact, by {name}, and trusted by the given roots.",
    "foreign_signature_untrusted": "{field}: intact, by {name}, but the given roots cannot "
    "vouch for it.",
    "foreign_signature_broken": "{field}: broken.",
    "foreign_covers_part": "{field}: covers only a part of what the file held then.",
    "foreign_evidence_after": "{field}: later, only evidence for long keeping was added.",
    "foreign_filled_after": "{field}: later, only forms were filled, signatures or evidence added.",
    "foreign_changed_after": "{field}: later, something was changed that forms and "
    "signatures do not explain.",
    "foreign_level": "{field}: level {level}.",
    "foreign_time_stamped": "{field}: made by {at}, as a trusted timestamp proves.",
    "foreign_time_claimed": "{field}: claims {at} as its time; nobody vouches for it.",
    "foreign_time_missing": "{field}: states no time.",
    "foreign_covered": "A signature covers the file to its end.",
    "foreign_not_covered": "The end of the file is covered by no signature.",
    "label_file": "File",
    "label_title": "Title",
    "label_number": "Number",
    "label_document": "Document id",
    "label_issued": "Issued",
    "label_pages": "Pages",
    "label_signers": "Signed by",
    "label_trust": "Trust list",
    "label_examined": "What was examined",
    "label_checked": "Examined",
    "role_1": "for the company",
    "role_2": "client",
    "trust_line": "version {version} of {as_of}",
    "certificate_here": "The certificate of authenticity will appear here",
    "certificate_how": "This page is filled at the moment when the document is sealed.",
}
