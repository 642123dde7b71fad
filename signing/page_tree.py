"""Makes a spoilt page tree plain: every page once, in order, under one root.

A page tree may lead back to itself, or name a node twice. Readers take each part the first time
they come to it and pass over it the second time; pikepdf gives up. What is found is put into a new
tree with one level, so that everything later has nothing to stumble over.
"""

from __future__ import annotations

import io
import threading

import pikepdf
from pikepdf import Array, Dictionary, Name

__all__ = ["MAX_WARNINGS", "open_with_plain_tree"]

MAX_WARNINGS = 20_000  # repairs in one file, after which it is called broken
MAX_LOOPING_BYTES = 8 * 1024 * 1024  # whose repairs are not counted; real ones are small
MAX_NODES = 100_000  # parts of one tree that are looked at
MAX_DEPTH = 64  # levels; writers use five
INHERITED = ("/Resources", "/MediaBox", "/CropBox", "/Rotate")  # ISO 32000-1, table 30

_UNCOUNTED = threading.Lock()

Waiting = list[tuple[object, dict[str, pikepdf.Object], int]]


def open_with_plain_tree(data: bytes, password: str) -> pikepdf.Pdf:
    """Open a file; where its page tree is a loop, put all that it reaches under one new root.

    Args:
        data: The file.
        password: What opens it; empty for none.

    Raises:
        pikepdf.PdfError: It cannot be read, for this or any other reason.
    """
    try:
        return pikepdf.open(io.BytesIO(data), password=password)
    except pikepdf.PdfError as error:
        if "loop" not in str(error).lower() or len(data) > MAX_LOOPING_BYTES:
            raise
    with _UNCOUNTED:  # qpdf reads the page tree while it opens a file only to count warnings
        pikepdf.settings.set_qpdf_limits(doc_max_warnings=0)
        try:
            pdf = pikepdf.open(io.BytesIO(data), password=password, inherit_page_attributes=False)
        finally:
            pikepdf.settings.set_qpdf_limits(doc_max_warnings=MAX_WARNINGS)
    root = pdf.make_indirect(Dictionary(Type=Name.Pages, Kids=Array(), Count=0))
    pages = _pages(pdf)
    for page in pages:
        page.Parent = root
    root.Kids, root.Count = Array(pages), len(pages)
    pdf.Root.Pages = root
    return pdf


def _pages(pdf: pikepdf.Pdf) -> list[pikepdf.Object]:
    """The leaves of the tree, with all that they inherit."""
    found: list[pikepdf.Object] = []
    waiting: Waiting = [(pdf.Root.get("/Pages"), {}, 0)]
    seen: set[tuple[int, int]] = set()
    looked_at = 0
    while waiting and looked_at < MAX_NODES:
        node, inherited, depth = waiting.pop()
        looked_at += 1
        if not isinstance(node, Dictionary) or depth > MAX_DEPTH:
            continue
        if node.is_indirect:
            if node.objgen in seen:
                continue
            seen.add(node.objgen)
        handed = inherited | {key: node[key] for key in INHERITED if key in node}
        kids = node.get("/Kids")
        if isinstance(kids, Array):
            waiting.extend((kid, handed, depth + 1) for kid in reversed(list(kids)))
        elif "/Contents" in node or node.get("/Type") == Name.Page:
            for key, value in handed.items():
                node[key] = value
            found.append(node if node.is_indirect else pdf.make_indirect(node))
    return found
