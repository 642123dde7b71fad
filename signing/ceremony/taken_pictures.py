"""What is made of a picture, whichever way it came: cleaned and kept, until its client accepts."""

from __future__ import annotations

from dataclasses import replace

from signing.ceremony.desk import Desk, PictureKind
from signing.ceremony.progress import Progress, StampChoice

__all__ = ["take_mark", "take_stamp"]


def take_stamp(desk: Desk, progress: Progress, data: bytes, width_mm: float | None = None) -> None:
    """Clean the picture of a stamp and keep it beside its photograph.

    Args:
        desk: where it is kept.
        progress: of the client; a stamp that was accepted before is open again.
        data: the picture, from outside.
        width_mm: how much paper it shows across, where that was measured.

    Raises:
        SigningError: it cannot be used; nothing has changed.
    """
    from signing.pictures import clean_stamp  # OpenCV takes a second to load

    stamp = clean_stamp(data, width_mm)
    desk.save(replace(progress, stamp=StampChoice.OPEN))
    desk.save_picture(progress.document_id, PictureKind.STAMP_SHOT, stamp.preview)
    desk.save_picture(progress.document_id, PictureKind.STAMP, stamp.png)


def take_mark(desk: Desk, progress: Progress, data: bytes) -> None:
    """The same for the picture of a signature. Raises `SigningError`."""
    from signing.pictures import clean_signature  # OpenCV takes a second to load

    cleaned = clean_signature(data)
    if (progress.mark or {}).get("kind") == "picture":
        desk.save(replace(progress, mark=None))
    desk.save_picture(progress.document_id, PictureKind.MARK_SHOT, cleaned.preview)
    desk.save_picture(progress.document_id, PictureKind.MARK, cleaned.png)
