"""Attacks that need a key which counts, or that add signatures: the honest key seals the result.

Certification attacks (Rohlmann, Mainka, Mladenov 2021) and whatever a stolen kiosk, its CA or a
timestamping service could be made to sign.
"""

from __future__ import annotations

import re
from dataclasses import replace
from io import BytesIO
from typing import Any, Final

import pikepdf
from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.generic import pdf_name
from pyhanko.sign import fields
from pyhanko.sign.fields import MDPPerm, SigFieldSpec
from pyhanko.sign.signers.pdf_byterange import PdfSignedData

from tests.vectors.attacks import (
    Attacks,
    annotation_added,
    field_value_changed,
    page_of,
    updated,
)
from tests.vectors.sealed_pdf import (
    CLIENTS,
    ISSUED,
    House,
    Sealed,
    Update,
    claims_for,
    client_time,
    direct,
    finish,
    prepare,
    seal,
    sign,
    text_for,
)
from tests.vectors.timestamps import timestamped

__all__ = ["INSIDER_ATTACKS"]

_BOX: Final = (60, 700, 460, 760)


def _as_sealed(data: bytes) -> Sealed:
    return Sealed(data, "", claims_for(data), len(data))


def _client_signs(directed: bytes, house: House, update: type[Update] = Update) -> bytes:
    identity = house.client(CLIENTS[0], client_time(1))
    return sign(directed, "Client1", identity, house, client_time(1), update=update)


def _sealed_honestly(prefix: bytes, house: House) -> bytes:
    return seal(prefix, house, text_for(claims_for(prefix), house))


def update_between_director_and_client(sealed: Sealed, house: House) -> bytes:
    """Somebody fills in a field without a signature."""
    filled = field_value_changed(_as_sealed(direct(prepare(), house)), house)
    return finish(filled, house).data


def empty_updates_between_director_and_client(sealed: Sealed, house: House) -> bytes:
    """Ten updates that change nothing."""
    directed = direct(prepare(), house)
    for _ in range(10):
        directed = updated(directed, lambda writer: writer.update_root())
    return finish(directed, house).data


def update_between_client_and_seal(sealed: Sealed, house: House) -> bytes:
    """Somebody fills in a field behind the client's signature, and the kiosk seals."""
    prefix = sealed.data[: sealed.prefix_end]
    filled = field_value_changed(_as_sealed(prefix), house)
    return seal(filled, house, text_for(claims_for(filled), house))


def update_between_prefix_and_seal(sealed: Sealed, house: House) -> bytes:
    """The same, outside of the covered prefix."""
    filled = field_value_changed(_as_sealed(sealed.data[: sealed.prefix_end]), house)
    return seal(filled, house, sealed.text)


def junk_between_steps(sealed: Sealed, house: House) -> bytes:
    """Bytes that belong to no update."""
    return finish(direct(prepare(), house) + b"% junk\n", house).data


def evil_annotation(sealed: Sealed, house: House) -> bytes:
    """Evil annotation attack: an annotation between director and client."""
    return finish(annotation_added(_as_sealed(direct(prepare(), house)), house), house).data


def evil_annotation_under_permissive_certification(sealed: Sealed, house: House) -> bytes:
    """The same, where the director's signature permits annotations (P = 3)."""
    directed = direct(prepare(), house, MDPPerm.ANNOTATE)
    return finish(annotation_added(_as_sealed(directed), house), house).data


def _with_visible_field(data: bytes) -> bytes:
    spec = SigFieldSpec("Sneaky", on_page=0, box=_BOX)
    return updated(data, lambda writer: fields.append_signature_field(writer, spec))


def sneaky_signature(sealed: Sealed, house: House) -> bytes:
    """Sneaky signature attack: a signature whose appearance lies over the contract."""
    stranger = House("stranger")
    data = _with_visible_field(sealed.data)
    return sign(data, "Sneaky", stranger.director, stranger, ISSUED)


def sneaky_signature_between_steps(sealed: Sealed, house: House) -> bytes:
    """The same between director and client."""
    stranger = House("stranger")
    directed = _with_visible_field(direct(prepare(), house))
    signed = sign(directed, "Sneaky", stranger.director, stranger, ISSUED)
    return finish(signed, house).data


def hidden_extra_signature(sealed: Sealed, house: House) -> bytes:
    """An invisible signature behind the seal, by the kiosk's own CA."""
    return sign(sealed.data, "Extra", house.client("Nobody", ISSUED), house, ISSUED)


def hidden_extra_signature_between_steps(sealed: Sealed, house: House) -> bytes:
    """An invisible signature between director and client, by the kiosk's own CA."""
    extra = house.client("Nobody", ISSUED)
    return finish(sign(direct(prepare(), house), "Extra", extra, house, ISSUED), house).data


def one_shot_key_used_twice(sealed: Sealed, house: House) -> bytes:
    """One person signs for two."""
    prefix = direct(prepare(2), house)
    identity = house.client(CLIENTS[0], client_time(1))
    for number in (1, 2):
        prefix = sign(prefix, f"Client{number}", identity, house, client_time(number))
    claims = claims_for(prefix, 2)
    director, first, second = claims.signers
    claims = replace(claims, signers=(director, first, replace(second, name=first.name)))
    return seal(prefix, house, text_for(claims, house))


class _PointingUpdate(Update):
    """Redefines a page's content and lets the signature's /TransformParams point at it."""

    def __init__(self, stream: BytesIO) -> None:
        super().__init__(stream)
        contents: Any = page_of(self).get_object().raw_get("/Contents")
        words = generic.StreamObject(stream_data=b"BT 72 720 Td (Other words) Tj ET")
        words.container_ref = contents.get_object().container_ref
        self.objects[(0, contents.idnum)] = words
        self._target = generic.IndirectObject(contents.idnum, 0, self)

    def add_object(self, obj: Any, *arguments: Any, **named: Any) -> Any:
        """Slip the reference into the signature."""
        if isinstance(obj, PdfSignedData):
            entry = generic.DictionaryObject(
                {
                    pdf_name("/Type"): pdf_name("/SigRef"),
                    pdf_name("/TransformMethod"): pdf_name("/Any"),
                    pdf_name("/TransformParams"): self._target,
                }
            )
            obj["/Reference"] = generic.ArrayObject([entry])
        return super().add_object(obj, *arguments, **named)


class _WhiteUpdate(Update):
    """Asks viewers to draw every field anew, in white."""

    def __init__(self, stream: BytesIO) -> None:
        super().__init__(stream)
        writer: Any = self
        form = writer.root["/AcroForm"]
        form["/NeedAppearances"] = generic.BooleanObject(True)
        form["/DA"] = generic.pdf_string("/Helv 12 Tf 1 g")
        writer.update_root()


def fields_drawn_in_white_by_the_client(sealed: Sealed, house: House) -> bytes:
    """The client's update changes how all fields are drawn."""
    prefix = _client_signs(direct(prepare(), house), house, _WhiteUpdate)
    return _sealed_honestly(prefix, house)


def page_replaced_under_a_timestamp(sealed: Sealed, house: House) -> bytes:
    """A trusted timestamp whose parameters are the contract's page."""
    return timestamped(sealed.data, house, update=_PointingUpdate)


def page_replaced_by_the_client(sealed: Sealed, house: House) -> bytes:
    """A client's signature whose parameters are what the director signed."""
    prefix = _client_signs(direct(prepare(), house), house, _PointingUpdate)
    return _sealed_honestly(prefix, house)


def timestamp_by_a_kiosk(sealed: Sealed, house: House) -> bytes:
    """A kiosk's CA certifies a timestamping service."""
    return timestamped(sealed.data, house, authority=house.kiosk_ca)


def linearized_for_its_final_length(sealed: Sealed, house: House) -> bytes:
    """A linearized document, whose first table some readers then take for the only one.

    It says how long it will be once it is sealed, so what was filled in later need not show.
    """
    out = BytesIO()
    pikepdf.open(BytesIO(prepare())).save(out, linearize=True)
    plain, length = out.getvalue(), 10_000  # five digits, as it will have
    while True:
        said = re.search(rb"/L \d+", plain)
        assert said is not None
        entry = b"/L %d" % length
        longer = len(entry) - len(said[0])
        data = plain.replace(said[0], entry, 1).replace(b"endobj\n" + b" " * longer, b"endobj\n", 1)
        made = finish(direct(data, house), house).data
        if len(made) == length:
            return made
        length = len(made)


INSIDER_ATTACKS: Final[Attacks] = {
    ("altered", "changed_after_signature"): (
        update_between_director_and_client,
        empty_updates_between_director_and_client,
        junk_between_steps,
        evil_annotation,
        page_replaced_by_the_client,
        fields_drawn_in_white_by_the_client,
    ),
    ("altered", "seal_range_wrong"): (update_between_client_and_seal,),
    ("altered", "order_wrong"): (update_between_prefix_and_seal,),
    ("altered", "certification_wrong"): (evil_annotation_under_permissive_certification,),
    ("altered", "signature_unexpected"): (
        sneaky_signature_between_steps,
        hidden_extra_signature_between_steps,
    ),
    ("altered", "key_used_twice"): (one_shot_key_used_twice,),
    ("altered", "changed_after_seal"): (
        sneaky_signature,
        hidden_extra_signature,
        page_replaced_under_a_timestamp,
    ),
    ("cannot_tell", "long_life_unproved"): (timestamp_by_a_kiosk,),
    ("cannot_tell", "structure_unreadable"): (linearized_for_its_final_length,),
}
"""Outcome and finding, and the attacks."""
