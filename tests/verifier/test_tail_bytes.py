"""verifier.tail_bytes: only the plainest updates are read, everything else is refused."""

from __future__ import annotations

import zlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.vectors.sealed_pdf import House, Sealed
from tests.vectors.timestamps import dss_added, timestamped
from verifier.tail_bytes import MAX_TAIL_UPDATES, TailError, tail_updates

VALUE = b"\x30\x03\x02\x01\x05"
"""One DER value."""


TRAILER = b"/Root 1 0 R /Info 2 0 R /Size 60 /ID [<%b> <%b>]" % (b"0" * 32, b"1" * 32)


def update(*objects: bytes, table: bytes | None = None, trailer: bytes = TRAILER) -> bytes:
    """An update of objects numbered from 50, at the start of a file."""
    body, entries = b"", b""
    for number, each in enumerate(objects, start=50):
        entries += b"%010d 00000 n \n" % len(body)
        body += b"%d 0 obj\n" % number + each + b"\nendobj\n"
    made = b"xref\n50 %d\n" % len(objects) + entries if table is None else table
    end = b"trailer\n<< %s >>\nstartxref\n%d\n%%%%EOF\n" % (trailer, len(body))
    return body + made + end


def stream(content: bytes, dictionary: bytes | None = None) -> bytes:
    """A stream object's body."""
    head = b"<<\n/Length %d\n>>" % len(content) if dictionary is None else dictionary
    return head + b"\nstream\n" + content + b"\nendstream"


def test_plain_updates_are_read() -> None:
    (made,) = tail_updates(update(b"<< /A 1 >>", stream(VALUE)), 0)
    assert (set(made.streams), set(made.others)) == ({51}, {50})
    packed = zlib.compress(VALUE)
    folded = b"<<\n/Filter /FlateDecode\n/Length %d\n>>" % len(packed)
    assert set(tail_updates(update(stream(packed, folded)), 0)[0].streams) == {50}


def test_what_the_library_writes_is_plain(sealed: Sealed, house: House) -> None:
    kept = timestamped(dss_added(sealed.data, house), house)
    updates = tail_updates(kept, len(sealed.data))
    assert [each.end for each in updates][-1] == len(kept)
    assert [len(each.streams) for each in updates] == [2, 0]


@pytest.mark.parametrize(
    "tail",
    [
        b"junk",
        b"\n",
        b"% comment\n" + update(b"<< >>"),
        update(b"<< >>") + b"junk",
        update(b"<< >> % comment"),
        update(b"<< /A (51 0 obj) >>"),
        update(b"<< >>", table=b"xref\n50 1\n0000000009 00000 n \n"),
        update(b"<< >>", table=b"xref\n51 1\n0000000000 00000 n \n"),
        update(b"<< >>", table=b"xref\n50 1\n0000000000 00001 f \n"),
        update(b"<< >>", table=b""),
        update(b"<< >>", trailer=TRAILER + b" /Encrypt 5 0 R"),
        update(b"<< >>", trailer=TRAILER + b" /Root 2 0 R"),
        update(b"<< >>", trailer=TRAILER + b" /A (text)"),
        update(b"<< >>", trailer=TRAILER.replace(b"/Info 2 0 R", b"")),
        update(b"<< >>", trailer=TRAILER.replace(b"<1", b"<X")),
        update(b"<< >>", table=b"xref\n9 0\n50 1\n0000000000 00000 n \n"),
        update(b"<< >>", table=b"xref\n50 1\n0000000000 00000 n \n50 1\n0000000000 00000 n \n"),
        update(b"<< /A 6_0 >>"),
        update(b"<< /A#42 1 >>"),
        update(b"<< /A#00B 1 >>"),
        update(b"<< /A 1\x00>>"),
        update(b"<< /A 50 0 R5 >>"),
        update(b"<< /A (a\\\nb) >>"),
        update(b"<< /A true1 >>"),
        update(stream(b"not DER")),
        update(stream(VALUE + b"x")),
        update(stream(VALUE, b"<<\n/Length 4\n>>")),
        update(stream(VALUE, b"<<\n/Length 5\n/Type /EmbeddedFile\n>>")),
        update(stream(VALUE, b"<<\n/Length 5\n/Length 5\n>>")),
        update(stream(VALUE, b"<<\n/Length 2147483647\n>>")),
        update(stream(VALUE, b"<<\n/Filter /FlateDecode\n/Length 5\n>>")),
        update(b"<< >>") * (MAX_TAIL_UPDATES + 1),
    ],
)
def test_everything_else_is_refused(tail: bytes) -> None:
    with pytest.raises(TailError):
        tail_updates(tail, 0)


def test_a_bomb_among_the_evidence_is_refused() -> None:
    packed = zlib.compress(b"\x30" * 50_000_000, 9)
    folded = b"<<\n/Filter /FlateDecode\n/Length %d\n>>" % len(packed)
    with pytest.raises(TailError):
        tail_updates(update(stream(packed, folded)), 0)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=200), st.integers(0, 200))
def test_no_bytes_raise_anything_else(data: bytes, at: int) -> None:
    plain = update(b"<< /A 1 >>", stream(VALUE))
    for tail in (data, plain[:at] + data + plain[at:]):
        try:
            tail_updates(tail, 0)
        except TailError:
            continue
