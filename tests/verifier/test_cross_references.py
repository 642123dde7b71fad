"""verifier.cross_references: chains that no parser is asked to follow."""

from __future__ import annotations

import pytest

from tests.vectors.foreign_files import paper, signed
from tests.vectors.sealed_pdf import Sealed
from verifier.cross_references import MAX_OBJECTS, MAX_UPDATES, ChainError, check_chain

HEAD = b"%PDF-1.7\n"


def table(trailer: bytes, at: int = len(HEAD), count: int = 1) -> bytes:
    """A table of `count` entries and its trailer."""
    entries = b"0000000000 65535 f \n" * count
    return (
        b"xref\n0 %d\n" % count
        + entries
        + b"trailer\n<< /Size %d /Root 1 0 R " % count
        + trailer
        + b">>\nstartxref\n%d\n%%%%EOF\n" % at
    )


def stream(entries: bytes) -> bytes:
    """A cross-reference stream with these entries in its dictionary."""
    return b"1 0 obj\n<< /Type /XRef " + entries + b">>\nstream\n\nendstream\nendobj\n"


def chain_of(length: int) -> bytes:
    """So many tables, each naming the one before."""
    data, previous = HEAD, None
    for _ in range(length):
        entry = b"" if previous is None else b"/Prev %d " % previous
        previous = len(data)
        data += table(entry, previous)
    return data


def test_our_own_chain_is_followed(sealed: Sealed) -> None:
    check_chain(sealed.data)
    check_chain(chain_of(MAX_UPDATES))


def test_streams_are_followed_only_when_they_are_allowed() -> None:
    for data in (paper(), signed(paper())):
        check_chain(data, streams=True)
        with pytest.raises(ChainError):
            check_chain(data)


@pytest.mark.parametrize(
    "data",
    [
        b"",
        HEAD,
        HEAD + b"startxref\n99\n%%EOF",
        HEAD + table(b"/Prev 9 "),  # itself
        HEAD + table(b"/Prev 9 /Prev 9 "),
        HEAD + table(b"/Prev -1 "),
        HEAD + table(b"/Prev 4 0 R "),
        HEAD + table(b"/Pr#65v 9 "),  # an escape hides the name
        HEAD + table(b"/XRefStm 9 "),
        HEAD + table(b"") + b"junk",
        HEAD + table(b"").replace(b"0 1\n", b"0 2147483647\n"),
        chain_of(MAX_UPDATES + 1),
        HEAD + b"startxref\n" + b"9" * 5000 + b"\n%%EOF\n",
    ],
)
def test_a_chain_in_another_form_is_refused(data: bytes) -> None:
    for streams in (False, True):
        with pytest.raises(ChainError):
            check_chain(data, streams=streams)


def test_comments_are_skipped_in_files_of_others_alone() -> None:
    data = HEAD + table(b"% ReportLab (a comment /Prev 9 >>\n/Info 3 0 R ")
    check_chain(data, streams=True)
    with pytest.raises(ChainError):
        check_chain(data)


@pytest.mark.parametrize(
    "trailer",
    [b"/ID (%) /Prev 9 ", b"/ID <00> % no end of it /Prev 9 ", b"/ID (\\)% ) /Prev 9 "],
)
def test_what_only_looks_like_a_comment_hides_nothing(trailer: bytes) -> None:
    with pytest.raises(ChainError):
        check_chain(HEAD + table(trailer), streams=True)


@pytest.mark.parametrize(
    "entries",
    [
        b"/Size 3 ",
        b"/W [1 4 2] ",
        b"/Size 3 /W [0 0 0] ",
        b"/Size 3 /W [1 1000000000 1] ",
        b"/Size 3 /W [1 4 2] /W [1 4 2] ",
        b"/Size 4000000000 /W [1 4 2] ",
        b"/Size 3 /W [1 4 2] /Index [0 4000000000] ",
        b"/Size 3 /W [1 4 2] /Index [0 3] /Index [0 9] ",
        b"/Size %d /W [1 4 2] " % (MAX_OBJECTS + 1),
    ],
)
def test_a_stream_that_declares_too_much_is_refused(entries: bytes) -> None:
    data = HEAD + stream(entries) + b"startxref\n%d\n%%%%EOF\n" % len(HEAD)
    with pytest.raises(ChainError):
        check_chain(data, streams=True)
