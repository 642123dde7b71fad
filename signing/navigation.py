"""Leaving out bookmarks and links where a document has more of them than can be verified.

They show where one is and lead elsewhere; no page looks otherwise without them, and at the kiosk
nobody follows them. A handbook with 15,000 of them would otherwise be refused (`signing.readable`).
"""

from __future__ import annotations

from typing import Final

import pikepdf

__all__ = ["drop_navigation"]

NAVIGATION: Final = ("/Outlines", "/Names", "/Dests", "/PageLabels", "/PageMode")
FRAME: Final = ("/Subtype", "/Rect", "/Border", "/BS", "/C")
"""What a link keeps that some readers draw a frame around."""


def drop_navigation(pdf: pikepdf.Pdf) -> None:
    """Take out bookmarks, named destinations and links; of a framed link the frame stays.

    Args:
        pdf: A document of which only plain links are left (`signing.active_content`); it changes.
    """
    for key in NAVIGATION:
        if key in pdf.Root:
            del pdf.Root[key]
    for page in pdf.pages:
        frames = pikepdf.Array(
            pikepdf.Dictionary({key: link[key] for key in FRAME if key in link})
            for link in page.obj.get("/Annots", ())
            if _is_framed(link)
        )
        if len(frames):
            page.obj.Annots = frames
        elif "/Annots" in page.obj:
            del page.obj["/Annots"]


def _is_framed(link: pikepdf.Object) -> bool:
    """Whether a reader may draw a frame: it is one point wide where nothing else is said."""
    style, border = link.get("/BS"), link.get("/Border")
    if isinstance(style, pikepdf.Dictionary):
        return bool(style.get("/W", 1) != 0)
    return not isinstance(border, pikepdf.Array) or len(border) < 3 or bool(border[2] != 0)
