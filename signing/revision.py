"""One incremental update: everything that one signer changes, and the signature that closes it.

A revision is opened from a file, changed, and written with its signature into a *new* file, whose
beginning is the old file byte for byte. The old file is streamed, never held in memory, and never
written to.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from pyhanko.pdf_utils import generic
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.misc import PdfError
from pyhanko.sign.fields import FieldMDPAction, FieldMDPSpec, MDPPerm, SigSeedSubFilter
from pyhanko.sign.signers.cms_embedder import (
    PdfCMSEmbedder,
    SigIOSetup,
    SigMDPSetup,
    SigObjSetup,
)
from pyhanko.sign.signers.pdf_byterange import SignatureObject

from signing.errors import SigningError
from signing.identities import SigningIdentity
from signing.pades_cms import reserved_hex_digits, sign_digest
from signing.page_geometry import Rectangle

__all__ = [
    "Revision",
    "SignatureFacts",
    "not_prepared",
    "open_revision",
    "text_string",
    "widget_rectangle",
    "write_signed",
]

CHUNK_BYTES = 1024 * 1024  # how much of the old file is in memory at a time
STRUCTURAL_WORDS = ("obj", "stream", "xref", "trailer", "ObjStm", "XRef", "EOF")


class _PlainText(generic.PdfObject):
    """A literal string written without escapes, so that a plain byte search finds it."""

    def __init__(self, text: str) -> None:
        self._data = text.encode("ascii")
        if any(byte in b"()\\\r\n" for byte in self._data):
            raise ValueError("the text would need escapes")

    def write_to_stream(
        self, stream: BinaryIO, handler: object = None, container_ref: object = None
    ) -> None:
        """Write the string (ISO 32000-1, 7.3.4.2); prepared documents are never encrypted."""
        del handler, container_ref
        stream.write(b"(" + self._data + b")")


def text_string(text: str) -> generic.TextStringObject:
    """A text that people entered, as a string for an update."""
    made = generic.TextStringObject(text)
    _hide_words(made)
    return made


def _hide_words(text: generic.TextStringObject) -> None:
    """Let no text look like a part of the file's structure, `5 10 obj`, to who searches bytes.

    Readers that find a table damaged do, and so does the verifier (`verifier.plain_update`).
    """
    if any(word in text for word in STRUCTURAL_WORDS):
        text.force_output_encoding = generic.TextStringEncoding.UTF16BE


class Revision(IncrementalPdfFileWriter):
    """The update being made."""

    IO_CHUNK_SIZE = CHUNK_BYTES

    def _update_meta(self) -> None:
        """Leave the document information alone.

        pyHanko would stamp its own name and the machine's clock into it at every update; the time
        of a signature is said by the signature, and what does not change cannot look suspicious.
        """

    @property
    def page_count(self) -> int:
        """How many pages the document has."""
        return int(self.root["/Pages"]["/Count"])

    def field(self, full_name: str) -> Any:
        """A form field's dictionary by its full name, such as `Fill1.city`.

        Raises:
            SigningError: `not_prepared`, or `field_missing` when only this field is not there.
        """
        try:
            siblings = self.root["/AcroForm"]["/Fields"]
        except KeyError as error:
            raise not_prepared() from error
        found = None
        for name in full_name.split("."):
            found = next(
                (entry for entry in _entries(siblings) if entry.get_object().get("/T") == name),
                None,
            )
            if found is None:
                raise SigningError(
                    "field_missing",
                    f"The document has no field “{full_name}”.",
                    "Have head office prepare the document again.",
                )
            siblings = found.get_object().get("/Kids", ())
        if found is None:
            return None
        field = found.get_object()
        for text in field.values():  # they are written anew with it
            if isinstance(text, generic.TextStringObject):
                _hide_words(text)
        return field

    def add_form(
        self,
        content: bytes,
        width: float,
        height: float,
        resources: dict[str, dict[str, Any]],
    ) -> Any:
        """Add a form XObject with its origin at (0, 0), and return the reference to it.

        Args:
            content: Its operators.
            width: Points.
            height: Points.
            resources: Such as `{"/Font": {"/F1": reference}}`.
        """
        entries = generic.DictionaryObject(
            {
                generic.pdf_name(kind): generic.DictionaryObject(
                    {generic.pdf_name(name): value for name, value in named.items()}
                )
                for kind, named in resources.items()
                if named
            }
        )
        stream = generic.StreamObject(
            {
                generic.pdf_name("/Type"): generic.pdf_name("/XObject"),
                generic.pdf_name("/Subtype"): generic.pdf_name("/Form"),
                generic.pdf_name("/BBox"): generic.ArrayObject(
                    generic.FloatObject(f"{side:.3f}") for side in (0, 0, width, height)
                ),
                generic.pdf_name("/Resources"): entries,
            },
            stream_data=content,
        )
        stream.compress()
        return self.add_object(stream)

    def set_appearance(self, widget: Any, form: Any) -> None:
        """Make a form XObject the normal appearance of a widget."""
        widget[generic.pdf_name("/AP")] = generic.DictionaryObject({generic.pdf_name("/N"): form})
        self.update_container(widget)


@dataclass(frozen=True)
class SignatureFacts:
    """What a signature's dictionary says beside the signature itself."""

    field_name: str  # the empty signature field that it fills
    contact_info: str = ""  # in the seal, the certificate token as text
    certifies: bool = False  # the first signature: only form filling may follow


def widget_rectangle(widget: Any) -> Rectangle:
    """Where a widget lies on its page."""
    left, low, right, top = (float(side) for side in widget["/Rect"])
    return Rectangle(left, low, right - left, top - low)


@contextmanager
def open_revision(source: Path) -> Iterator[Revision]:
    """Begin an update of the document at `source`, read strictly.

    Raises:
        SigningError: `document_unreadable`.
        OSError: There is no such file.
    """
    with source.open("rb") as stream:
        try:
            revision = Revision(stream, strict=True)
        except (PdfError, ValueError, KeyError, TypeError) as error:
            raise SigningError(
                "document_unreadable",
                "The document cannot be read; its file is damaged.",
                "Have head office send it again.",
            ) from error
        yield revision


def not_prepared() -> SigningError:
    """The error for a document that lacks what `signing.prepare` puts into every one."""
    return SigningError(
        "not_prepared",
        "The document has not been prepared for signing.",
        "Have head office prepare it and send it again.",
    )


def write_signed(
    revision: Revision,
    target: Path,
    facts: SignatureFacts,
    identity: SigningIdentity,
    now: datetime,
) -> None:
    """Close the update with a signature and write old file and update to `target`.

    Args:
        revision: The update; it can be written once.
        target: A file to be overwritten, not the one that the revision was opened from.
        facts: Which field, and what the dictionary says.
        identity: Who signs.
        now: The claimed time of signing, aware.

    Raises:
        SigningError: `field_missing`, or `field_signed` when it was signed before.
        OSError: The disk did not take it.
    """
    if "/V" in revision.field(facts.field_name):
        raise SigningError(
            "field_signed",
            f"The document already carries the signature “{facts.field_name}”.",
            "Go on with the signed document.",
        )
    embedder = PdfCMSEmbedder().write_cms(facts.field_name, revision, existing_fields_only=True)
    field = next(embedder).get_object()
    signature = SignatureObject(
        timestamp=now,
        subfilter=SigSeedSubFilter.PADES,
        bytes_reserved=reserved_hex_digits(identity),
    )
    if facts.contact_info:
        signature[generic.pdf_name("/ContactInfo")] = _PlainText(facts.contact_info)
    permissions = _permissions(field, certifies=facts.certifies)
    embedder.send(SigObjSetup(sig_placeholder=signature, mdp_setup=permissions))
    with target.open("w+b") as output:
        prepared, _ = embedder.send(
            SigIOSetup(md_algorithm="sha256", output=output, chunk_size=CHUNK_BYTES)
        )
        embedder.send(sign_digest(prepared.document_digest, identity, now))


def _permissions(field: Any, *, certifies: bool) -> SigMDPSetup:
    """What may change after this signature: the field's lock says, or the certification does."""
    if certifies:
        return SigMDPSetup(md_algorithm="sha256", certify=True, docmdp_perms=MDPPerm.FILL_FORMS)
    if "/Lock" not in field:
        return SigMDPSetup(md_algorithm="sha256")
    return SigMDPSetup(
        md_algorithm="sha256",
        field_lock=FieldMDPSpec(FieldMDPAction.INCLUDE, []),
        docmdp_perms=MDPPerm(int(field["/Lock"]["/P"])),
    )


def _entries(fields: Any) -> Iterator[Any]:
    for position in range(len(fields)):
        yield fields.raw_get(position)
