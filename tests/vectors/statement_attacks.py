"""What a signature says beside itself: times, words, proofs, time-stamps, and who is not there.

All of it is signed and sealed by keys that count: a kiosk, or a director, says two things at once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any, Final

from asn1crypto import cms, tsp
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign import signers
from pyhanko.sign.fields import MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers import PdfTimeStamper
from pyhanko.sign.signers.pdf_byterange import PdfSignedData
from pyhanko.sign.timestamps import TimeStamper

from signing.certificate_profiles import OLD_PROOF_EXTENSION, PROOF_EXTENSION
from signing.identities import SigningIdentity
from signing.signed_data import TIMESTAMP_INFO, signed_data
from signing.timestamp_tokens import make_token
from tests.vectors.attacks import Attacks
from tests.vectors.identity_attacks import reissued
from tests.vectors.keys import low_s_signature
from tests.vectors.sealed_pdf import (
    CLIENTS,
    DIRECTOR_SIGNED,
    ISSUED,
    House,
    Identity,
    Sealed,
    Update,
    claims_for,
    client_time,
    direct,
    prepare,
    punctual_signer,
    seal,
    sign,
    text_for,
)
from verifier.der import OCTET_STRING, SEQUENCE, SET, Element, element
from verifier.signature_timestamp import timestamp_info
from verifier.signed_data import OID, SHA256_NAME, TST_INFO, content_info, signer_info

__all__ = ["STATEMENT_ATTACKS", "service_time_stamped", "time_stamped_by_the_kiosk"]

_FOREVER_AGO: Final = "D:20200101000000Z"
_ROOM: Final = 16_384
Token = Callable[[bytes], bytes]
"""Makes a time-stamp from the hash of a signature."""


class _Clock(TimeStamper):
    """A time-stamping service that answers whatever it was told to."""

    def __init__(self, make: Token) -> None:
        super().__init__(include_nonce=False)  # type: ignore[no-untyped-call]
        self._make = make

    async def async_timestamp(self, message_digest: bytes, md_algorithm: str) -> Any:
        return cms.ContentInfo.load(self._make(message_digest))


def _token(
    house: House, clock: Identity | None = None, at: datetime = ISSUED, over: bytes | None = None
) -> Token:
    own = clock or house.clock
    chain = (house.signing_ca.certificate, house.root.certificate)
    identity = SigningIdentity(own.key, own.certificate, chain)
    return lambda sha256: make_token(over or sha256, identity, at, 7)


Attributes = Callable[[Any], None]
"""Changes the attributes of a signature that is being made."""


def _signed(
    data: bytes,
    name: str,
    house: House,
    token: Token | None = None,
    signed: Attributes = lambda attributes: None,
    unsigned: Attributes = lambda attributes: None,
    **settings: Any,
) -> bytes:
    """Sign with a time-stamp or with attributes of any kind."""
    at = {"Director": DIRECTOR_SIGNED, "Seal": ISSUED}.get(name, client_time(1))
    who = {"Director": house.director, "Seal": house.seal}.get(name)
    if name == "Seal":
        settings["contact_info"] = text_for(claims_for(data), house)
    metadata = signers.PdfSignatureMetadata(
        field_name=name, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES, **settings
    )
    clock = None if token is None else _Clock(token)
    signer = punctual_signer(metadata, who or house.client(CLIENTS[0], at), house, at, clock)
    plain: Any = signer.signer
    make_signed, make_unsigned = plain.signed_attrs, plain.unsigned_attrs

    async def signed_attributes(*arguments: Any, **named: Any) -> Any:
        made = await make_signed(*arguments, **named)
        signed(made)
        return cms.CMSAttributes(sorted(made, key=lambda each: bytes(each.dump())))

    async def unsigned_attributes(*arguments: Any, **named: Any) -> Any:
        made = await make_unsigned(*arguments, **named)
        unsigned(made)
        return made

    plain.signed_attrs, plain.unsigned_attrs = signed_attributes, unsigned_attributes
    out = BytesIO()
    signer.sign_pdf(Update(BytesIO(data)), output=out, in_place=False, bytes_reserved=_ROOM)
    return out.getvalue()


def _attribute(kind: str, value: Any) -> Attributes:
    return lambda made: made.append(cms.CMSAttribute({"type": kind, "values": [value]}))


def _entry(key: str, value: Any) -> type[Update]:
    """An update whose signature's dictionary has one entry more, or another one."""

    class Talking(Update):
        def add_object(self, obj: Any, *arguments: Any, **named: Any) -> Any:
            if isinstance(obj, PdfSignedData):
                obj[key] = value
            return super().add_object(obj, *arguments, **named)

    return Talking


def _client_says(house: House, key: str, value: Any) -> bytes:
    prefix = sign(
        *(direct(prepare(), house), "Client1", house.client(CLIENTS[0], client_time(1))),
        *(house, client_time(1)),
        update=_entry(key, value),
    )
    return seal(prefix, house, text_for(claims_for(prefix), house))


def time_stamped_by_the_kiosk(house: House) -> bytes:
    """The control: a client's signature and a seal, both with the kiosk's time-stamp."""
    prefix = _signed(direct(prepare(), house), "Client1", house, _token(house))
    return _signed(prefix, "Seal", house, _token(house))


def _client_stamped(house: House, token: Token | None, unsigned: Attributes | None = None) -> bytes:
    """A client's signature with this time-stamp, and a seal with an honest one."""
    more = unsigned or (lambda made: None)
    prefix = _signed(direct(prepare(), house), "Client1", house, token, unsigned=more)
    return _signed(prefix, "Seal", house, _token(house))


def _director_stamped(house: House, token: Token, unsigned: Attributes | None = None) -> bytes:
    """A director's signature with this time-stamp, and everything else honest."""
    more = unsigned or (lambda made: None)
    settings: dict[str, Any] = {"certify": True, "docmdp_permissions": MDPPerm.FILL_FORMS}
    directed = _signed(prepare(), "Director", house, token, unsigned=more, **settings)
    prefix = _signed(directed, "Client1", house)
    return _signed(prefix, "Seal", house)


def _twice(made: Any) -> None:
    made.append(made[0].copy())


def _two_values(made: Any) -> None:
    made[0]["values"].append(made[0]["values"][0].copy())


def _directors_token(house: House, **changed: Any) -> Token:
    return _token(house, **{"clock": house.timestamps(), "at": DIRECTOR_SIGNED, **changed})


def _stated(house: House, at: datetime, **entries: Any) -> Token:
    """A service's token with other entries in what it states."""
    service = house.timestamps()
    identity = SigningIdentity(service.key, service.certificate, (house.signing_ca.certificate,))

    def make(digest: bytes) -> bytes:
        algorithm = {16: "md5", 20: "sha1"}.get(len(digest), "sha256")
        imprint = {"hash_algorithm": {"algorithm": algorithm}, "hashed_message": digest}
        stated = {"version": "v1", "policy": "1.2.3", "serial_number": 5, "gen_time": at}
        info = tsp.TSTInfo({**stated, "message_imprint": imprint, **entries}).dump()
        own, sha256 = service.certificate, hashlib.sha256(info).digest()
        carried = [own.public_bytes(Encoding.DER)]
        return signed_data(TIMESTAMP_INFO, info, sha256, carried, own, identity.sign)

    return make


def service_time_stamped(house: House) -> bytes:
    """The control: a director's signature with a service's time-stamp, and another on the file."""
    directed = _director_stamped(house, _stated(house, DIRECTOR_SIGNED))
    return _file_stamped(directed, house)


def _file_stamped(data: bytes, house: House, algorithm: str = "sha256", **entries: Any) -> bytes:
    """A time-stamp of a service behind the seal."""
    out = BytesIO()
    clock = _Clock(_stated(house, ISSUED + timedelta(hours=2), **entries))
    settings: dict[str, Any] = {"bytes_reserved": _ROOM, "output": out}
    PdfTimeStamper(clock).timestamp_pdf(Update(BytesIO(data)), algorithm, **settings)
    return out.getvalue()


def time_stamp_of_the_file_over_sha1(sealed: Sealed, house: House) -> bytes:
    """Two files can be made that have it in common."""
    return _file_stamped(sealed.data, house, "sha1")


def time_stamp_of_the_file_within_a_year(sealed: Sealed, house: House) -> bytes:
    """A time that may be another by a year."""
    return _file_stamped(sealed.data, house, accuracy={"seconds": 365 * 86_400})


_UNKNOWN: Final = {"extn_id": "1.2.3", "critical": True, "extn_value": b"\x05\x00"}


def time_stamp_of_the_file_with_conditions(sealed: Sealed, house: House) -> bytes:
    """An extension that must be understood, and is not."""
    return _file_stamped(sealed.data, house, extensions=[_UNKNOWN])


def time_stamp_of_the_director_within_a_year(sealed: Sealed, house: House) -> bytes:
    """A time that may be another by a year."""
    far = {"seconds": 365 * 86_400}
    return _director_stamped(house, _stated(house, DIRECTOR_SIGNED, accuracy=far))


def time_stamp_of_the_director_with_conditions(sealed: Sealed, house: House) -> bytes:
    """An extension that must be understood, and is not."""
    return _director_stamped(house, _stated(house, DIRECTOR_SIGNED, extensions=[_UNKNOWN]))


def _kiosk_stamped(house: House, attributes: bytes) -> bytes:
    """Both time-stamps of a kiosk with these attributes beside content type and digest."""

    def make(sha256: bytes) -> bytes:
        info = timestamp_info(sha256, 7, ISSUED)
        digest = element(OCTET_STRING, hashlib.sha256(info).digest())
        kinds = (("2a864886f70d010903", TST_INFO), ("2a864886f70d010904", digest))
        plain = [
            element(SEQUENCE, element(OID, bytes.fromhex(kind)), element(SET, value))
            for kind, value in kinds
        ]
        content = b"".join((*plain, attributes))
        signature = low_s_signature(house.clock.key, element(SET, content))
        own, issuer = house.clock.certificate, house.signing_ca.certificate
        carried = b"".join(sorted(each.public_bytes(Encoding.DER) for each in (own, issuer)))
        parts = (Element(0xA0, b"", content), Element(OCTET_STRING, b"", signature))
        held = TST_INFO + element(0xA0, element(OCTET_STRING, info))
        certificates = Element(0xA0, b"", carried)
        return content_info(3, SHA256_NAME, held, certificates, signer_info(own, *parts))

    prefix = _signed(direct(prepare(), house), "Client1", house, make)
    return _signed(prefix, "Seal", house, make)


def time_stamps_of_a_kiosk_that_name_no_certificate(sealed: Sealed, house: House) -> bytes:
    """Another certificate of the same key could be put in its place."""
    return _kiosk_stamped(house, b"")


def seal_alone_time_stamped(sealed: Sealed, house: House) -> bytes:
    """Nobody would miss the seal's time-stamp: without it there is a second file."""
    prefix = sealed.data[: sealed.prefix_end]
    return _signed(prefix, "Seal", house, _token(house))


def client_alone_time_stamped(sealed: Sealed, house: House) -> bytes:
    """The seal's time-stamp was taken off."""
    prefix = _signed(direct(prepare(), house), "Client1", house, _token(house))
    return _signed(prefix, "Seal", house)


def time_stamps_of_client_and_seal_swapped(sealed: Sealed, house: House) -> bytes:
    """Each is over the other one's signature."""
    seen: list[bytes] = []

    def remembered(sha256: bytes) -> bytes:
        seen.append(sha256)
        return _token(house)(sha256)

    _client_stamped(house, remembered)
    taken = _token(house, over=seen[-1])
    return _signed(_signed(direct(prepare(), house), "Client1", house, taken), "Seal", house, taken)


def time_stamp_of_the_client_twice(sealed: Sealed, house: House) -> bytes:
    """Two attributes."""
    return _client_stamped(house, _token(house), _twice)


def time_stamp_of_the_client_with_two_values(sealed: Sealed, house: House) -> bytes:
    """Two tokens in one attribute."""
    return _client_stamped(house, _token(house), _two_values)


def time_stamp_of_the_client_by_another_kiosk(sealed: Sealed, house: House) -> bytes:
    """A genuine key for time-stamps, of the wrong device."""
    return _client_stamped(house, _token(house, house.other_clock))


def time_stamp_of_the_client_by_the_seal_key(sealed: Sealed, house: House) -> bytes:
    """A genuine key of this device, for something else."""
    return _client_stamped(house, _token(house, house.seal))


def time_stamp_of_the_client_years_off(sealed: Sealed, house: House) -> bytes:
    """The clock was set back."""
    return _client_stamped(house, _token(house, at=ISSUED - timedelta(days=900)))


def time_stamp_of_the_director_over_something_else(sealed: Sealed, house: House) -> bytes:
    """A service's time-stamp of another signature."""
    return _director_stamped(house, _directors_token(house, over=bytes(32)))


def time_stamp_of_the_director_twice(sealed: Sealed, house: House) -> bytes:
    """Two attributes."""
    return _director_stamped(house, _directors_token(house), _twice)


def time_stamp_of_the_director_weeks_off(sealed: Sealed, house: House) -> bytes:
    """A service that says another time."""
    return _director_stamped(house, _directors_token(house, at=ISSUED - timedelta(days=30)))


def time_stamp_of_the_director_by_a_kiosk(sealed: Sealed, house: House) -> bytes:
    """A kiosk vouches for the time of head office."""
    return _director_stamped(house, _directors_token(house, clock=house.clock))


def _no_director(writer: Any) -> None:
    """A form in which no director has a place."""

    def others(named: Any) -> Any:
        kept = [named.raw_get(place) for place in range(len(named))]
        return generic.ArrayObject(each for each in kept if each.get_object()["/T"] != "Director")

    form, page = writer.root["/AcroForm"], writer.root["/Pages"]["/Kids"][1]
    form["/Fields"], page["/Annots"] = others(form["/Fields"]), others(page["/Annots"])


def sealed_without_a_director(sealed: Sealed, house: House) -> bytes:
    """A kiosk makes up a document: its client certifies it, and no director ever saw it."""
    at = client_time(1)
    prefix = sign(
        *(prepare(plant=_no_director), "Client1", house.client(CLIENTS[0], at), house, at),
        certify=True,
        docmdp_permissions=MDPPerm.FILL_FORMS,
    )
    claims = claims_for(prefix)
    return seal(prefix, house, text_for(replace(claims, signers=claims.signers[1:]), house))


def sealed_without_a_client(sealed: Sealed, house: House) -> bytes:
    """A kiosk seals what only the director signed; a time-stamp on the seal is bound by nothing."""
    prefix = direct(prepare(0), house)
    return seal(prefix, house, text_for(claims_for(prefix, 0), house))


def seal_of_another_time(sealed: Sealed, house: House) -> bytes:
    """Viewers show a time of sealing years before the one that the certificate states."""
    prefix = sealed.data[: sealed.prefix_end]
    update = _entry("/M", generic.pdf_string(_FOREVER_AGO))
    return seal(prefix, house, sealed.text, update=update)


def seal_gives_a_reason(sealed: Sealed, house: House) -> bytes:
    """Viewers show words that are nowhere in the document."""
    prefix = sealed.data[: sealed.prefix_end]
    update = _entry("/Reason", generic.pdf_string("Withdrawn"))
    return seal(prefix, house, sealed.text, update=update)


def client_of_two_times(sealed: Sealed, house: House) -> bytes:
    """The CMS says the time that the certificate states, the dictionary another."""
    time = cms.Time({"utc_time": client_time(1)})
    both = _attribute("signing_time", time)
    return _signed(_signed(direct(prepare(), house), "Client1", house, signed=both), "Seal", house)


def client_of_another_name_in_the_dictionary(sealed: Sealed, house: House) -> bytes:
    """The certificate's name is right, /Name is somebody else's."""
    return _client_says(house, "/Name", generic.pdf_string("Anna Nowak"))


def client_disagrees(sealed: Sealed, house: House) -> bytes:
    """A signature with the reason that it does not hold."""
    return _client_says(house, "/Reason", generic.pdf_string("I do not agree"))


def client_with_rights_of_use(sealed: Sealed, house: House) -> bytes:
    """A reference of a kind that grants rights to a reader, and has room for words."""
    words = generic.DictionaryObject({pdf_name("/Msg"): generic.pdf_string("Withdrawn")})
    method = {pdf_name("/TransformMethod"): pdf_name("/UR3"), pdf_name("/TransformParams"): words}
    reference = generic.ArrayObject([generic.DictionaryObject(method)])
    return _client_says(house, "/Reference", reference)


def client_signature_of_another_kind(sealed: Sealed, house: House) -> bytes:
    """Not PAdES, so readers apply other rules."""
    return _client_says(house, "/SubFilter", pdf_name("/adbe.pkcs7.detached"))


def _with_proofs(house: House, *stated: tuple[x509.ObjectIdentifier, bytes]) -> bytes:
    at = client_time(1)
    extensions = [x509.UnrecognizedExtension(kind, value) for kind, value in stated]
    client = reissued(house, house.client(CLIENTS[0], at), private=extensions)
    prefix = sign(direct(prepare(), house), "Client1", client, house, at)
    return seal(prefix, house, text_for(claims_for(prefix), house))


def proof_of_another_kind(sealed: Sealed, house: House) -> bytes:
    """The client's certificate states that nothing was asked, the token a code."""
    return _with_proofs(house, (PROOF_EXTENSION, b"\x02\x01\x00"))


def proof_of_another_kind_in_an_old_certificate(sealed: Sealed, house: House) -> bytes:
    """The same under the object identifier of before."""
    return _with_proofs(house, (OLD_PROOF_EXTENSION, b"\x02\x01\x03"))


def proofs_of_two_kinds(sealed: Sealed, house: House) -> bytes:
    """The right one, and another under the object identifier of before."""
    right, wrong = b"\x02\x01\x01", b"\x02\x01\x03"
    return _with_proofs(house, (PROOF_EXTENSION, right), (OLD_PROOF_EXTENSION, wrong))


def proof_in_another_form(sealed: Sealed, house: House) -> bytes:
    """The right number, not in DER."""
    return _with_proofs(house, (PROOF_EXTENSION, b"\x02\x02\x00\x01"))


STATEMENT_ATTACKS: Final[Attacks] = {
    ("altered", "seal_signature_bad"): (
        seal_alone_time_stamped,
        client_alone_time_stamped,
        time_stamps_of_client_and_seal_swapped,
        time_stamps_of_a_kiosk_that_name_no_certificate,
        seal_gives_a_reason,
    ),
    ("altered", "signing_time_differs"): (
        seal_of_another_time,
        time_stamp_of_the_client_years_off,
        time_stamp_of_the_director_weeks_off,
    ),
    ("altered", "signature_missing"): (sealed_without_a_director, sealed_without_a_client),
    ("altered", "signature_broken"): (
        time_stamp_of_the_client_twice,
        time_stamp_of_the_client_with_two_values,
        time_stamp_of_the_director_over_something_else,
        time_stamp_of_the_director_twice,
        client_of_two_times,
        client_of_another_name_in_the_dictionary,
        client_disagrees,
        client_with_rights_of_use,
        client_signature_of_another_kind,
    ),
    ("cannot_tell", "signature_untrusted"): (
        time_stamp_of_the_client_by_another_kiosk,
        time_stamp_of_the_client_by_the_seal_key,
        time_stamp_of_the_director_by_a_kiosk,
        time_stamp_of_the_director_within_a_year,
        time_stamp_of_the_director_with_conditions,
    ),
    ("cannot_tell", "long_life_unproved"): (
        time_stamp_of_the_file_over_sha1,
        time_stamp_of_the_file_within_a_year,
        time_stamp_of_the_file_with_conditions,
    ),
    ("altered", "proof_differs"): (
        proof_of_another_kind,
        proof_of_another_kind_in_an_old_certificate,
        proofs_of_two_kinds,
        proof_in_another_form,
    ),
}
"""Outcome and finding, and the attacks."""
