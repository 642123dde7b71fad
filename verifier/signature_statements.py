"""What a signature says beside the signature itself: entries of its dictionary, signed attributes.

Viewers show what they find there as the signer's own words: another name, a reason, a second time.
A kiosk writes none of these, so whatever is not on the short lists below is refused
(ISO 32000-2 table 255; ETSI EN 319 142-1 6.3, where the time of signing stands in /M alone).
"""

from __future__ import annotations

import re
from typing import Any, Final

from cryptography import x509
from cryptography.x509.oid import NameOID

from verifier.claims import Proof, cut_name
from verifier.errors import TokenError
from verifier.findings import Refused

__all__ = ["check_certification", "check_one_shot_keys", "common_name", "says_nothing_else"]
__all__ += ["states_proof"]

_NAMES: Final = {
    "/Type": "/Sig",
    "/Filter": "/Adobe.PPKLite",
    "/SubFilter": "/ETSI.CAdES.detached",
}
_OTHERS: Final = frozenset({"/Contents", "/ByteRange", "/M", "/Reference"})
_REFERENCE: Final = frozenset(
    {"/Type", "/TransformMethod", "/TransformParams", "/DigestMethod", "/Data"}
)
_REFERENCE_NAMES: Final = {"/Type": "/SigRef", "/DigestMethod": "/SHA256"}
_PARAMETER_NAMES: Final = {"/Type": "/TransformParams", "/V": "/1.2"}
_PARAMETERS: Final = {
    "/DocMDP": frozenset({*_PARAMETER_NAMES, "/P"}),
    "/FieldMDP": frozenset({*_PARAMETER_NAMES, "/P", "/Action", "/Fields"}),
}
"""What may change, by the kind of permission: levels 1 to 3, and fields of which none is named."""
_TIME: Final = re.compile(r"D:[0-9]{14}(?:Z|[+-][0-9]{2}'[0-9]{2}'?)")
_OF_A_SEAL: Final = frozenset({"/ContactInfo"})
_ATTRIBUTES: Final = frozenset(
    (
        "1.2.840.113549.1.9.3",  # content type
        "1.2.840.113549.1.9.4",  # message digest
        "1.2.840.113549.1.9.16.2.47",  # the signer's certificate (RFC 5035)
        "1.2.840.113549.1.9.52",  # algorithm protection (RFC 6211)
    )
)

_ARCS: Final = (
    "1.2.840.113556.1.8000.2554.37768.13636.3617.14570.34711.6388036.13219841",
    "2.25.196103748112740367851224863690447239169",
)
_PROOFS: Final = frozenset(f"{arc}.2.1" for arc in _ARCS)
"""Extension with the proof of identity, as certificates name it now and before."""


def says_nothing_else(signature: Any, *, seals: bool = False) -> bool:
    """Tell whether a signature's dictionary and signed attributes state what they must, no more.

    Args:
        signature: as pyHanko reads it.
        seals: whether it is the seal, which carries the certificate's text.
    """
    from pyhanko.pdf_utils.generic import NameObject

    entries = signature.sig_object
    allowed = {*_NAMES, *_OTHERS, *(_OF_A_SEAL if seals else ())}
    if not {*_NAMES, "/M"} <= set(entries) <= allowed:
        return False
    if any(
        not isinstance(entries[key], NameObject) or entries[key] != name
        for key, name in _NAMES.items()
    ):
        return False
    if _TIME.fullmatch(str(entries["/M"])) is None:
        return False
    if not all(_is_permission(each) for each in entries.get("/Reference", ())):
        return False
    kinds = [attribute["type"].dotted for attribute in signature.signer_info["signed_attrs"]]
    return len(set(kinds)) == len(kinds) and _ATTRIBUTES.issuperset(kinds)


def _is_permission(reference: Any) -> bool:
    """What may change after a signature (ISO 32000-2 12.8.2), of no field by name."""
    method, parameters = reference["/TransformMethod"], reference["/TransformParams"]
    return (
        set(reference) <= _REFERENCE
        and method in _PARAMETERS
        and set(parameters) <= _PARAMETERS[method]
        and _named(reference, _REFERENCE_NAMES)
        and _named(parameters, _PARAMETER_NAMES)
        and ("/Data" not in reference or _leads_to_catalog(reference))
        and ("/P" not in parameters or parameters["/P"] in {1, 2, 3})
        and ("/Action" not in parameters or _named(parameters, {"/Action": "/Include"}))
        and not parameters.get("/Fields", ())
    )


def _named(entries: Any, names: dict[str, str]) -> bool:
    """Those entries that are there are these names."""
    from pyhanko.pdf_utils.generic import NameObject

    return all(
        key not in entries or (isinstance(entries[key], NameObject) and entries[key] == name)
        for key, name in names.items()
    )


def _leads_to_catalog(reference: Any) -> bool:
    """What is signed is the whole document: an entry of before, which names its catalog."""
    named = reference["/Data"]
    return isinstance(named, dict) and "/Type" in named and named["/Type"] == "/Catalog"


def check_certification(reader: Any, first: Any) -> None:
    """Check that the first signature certifies, and allows forms to be filled and nothing else.

    Raises:
        Refused: `certification_wrong`.
    """
    from pyhanko.sign.fields import MDPPerm
    from pyhanko.sign.validation.pdf_embedded import read_certification_data

    certification = read_certification_data(reader)
    if (
        certification is None
        or certification.permission is not MDPPerm.FILL_FORMS
        or certification.author_sig.get_object() is not first.sig_object
        or first.docmdp_level is not MDPPerm.FILL_FORMS
    ):
        raise Refused("certification_wrong")


def check_one_shot_keys(people: list[Any]) -> None:
    """Check that every person signs with a key of their own.

    Raises:
        Refused: `key_used_twice`.
    """
    seen: set[bytes] = set()
    for signature in people:
        key = signature.signer_cert.public_key.dump()
        if key in seen:
            raise Refused("key_used_twice", field=signature.field_name)
        seen.add(key)


def common_name(certificate: Any) -> str | None:
    """The one common name of a certificate, in the form that tokens use."""
    subject = x509.load_der_x509_certificate(certificate.dump()).subject
    names = subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    if len(names) != 1:
        return None
    try:
        return cut_name(str(names[0].value))
    except TokenError:
        return None


def states_proof(certificate: Any, proof: Proof) -> bool:
    """Tell whether a client's certificate states this proof of identity, or none at all."""
    extensions = x509.load_der_x509_certificate(certificate.dump()).extensions
    stated = [each.value for each in extensions if each.oid.dotted_string in _PROOFS]
    coded = bytes((0x02, 0x01, proof))  # an INTEGER in DER
    return not stated or [each.public_bytes() for each in stated] == [coded]
