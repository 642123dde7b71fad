"""Where the seal shows: on the last page and on no other.

What the seal draws is the certificate. The page for it is the last one, with nothing of the
document on it; a seal whose field stands on a page of the contract could draw another one there.
"""

from __future__ import annotations

from typing import Any, Final

from verifier.errors import FileError
from verifier.file_bytes import Bytes
from verifier.findings import Refused
from verifier.page_tree import page_annotations, pages_of
from verifier.strict_validation import open_pdf

__all__ = ["SEAL_FIELD", "check_seal_page", "has_empty_seal_field"]

SEAL_FIELD: Final = "Seal"
"""Name of the signature field that the seal fills."""


def has_empty_seal_field(data: Bytes) -> bool:
    """Tell whether a file is one of ours before it was sealed; False when it cannot be read."""
    from pyhanko.sign.fields import enumerate_sig_fields

    try:
        empty = enumerate_sig_fields(open_pdf(data), filled_status=False, with_name=SEAL_FIELD)
        return next(empty, None) is not None
    except FileError:
        raise
    except Exception:  # noqa: BLE001 - whatever a hostile file provokes, it is not known as ours
        return False


def check_seal_page(reader: Any, seal: Any) -> None:
    """Check that the field of the seal is an annotation of the last page alone.

    Args:
        reader: pyHanko's reader of the file.
        seal: the seal, as pyHanko reads it.

    Raises:
        Refused: `signature_unexpected`.
    """
    number = seal.sig_field.container_ref.idnum
    shown = [
        number in {each for each, _ in page_annotations(page)}
        for page in pages_of(reader.root["/Pages"])
    ]
    if not shown or shown.pop() is False or any(shown):
        raise Refused("signature_unexpected", field=str(seal.field_name))
