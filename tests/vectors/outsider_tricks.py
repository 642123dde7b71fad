"""Tricks of outsiders with whole files: two kinds of file in one, quotations, transports, entries.

None needs a key. What a mail program or an archive does to a file by accident is here as well.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from tests.vectors.attacks import Attacks
from tests.vectors.raw_updates import raw_update
from tests.vectors.sealed_pdf import House, Sealed, sealed_pdf

__all__ = ["OUTSIDER_TRICKS"]


def pdf_and_zip(sealed: Sealed, house: House) -> bytes:
    """An archive behind the file: unpackers read from the end."""
    return sealed.data + b"PK\x05\x06" + bytes(18)


def zip_and_pdf(sealed: Sealed, house: House) -> bytes:
    """An archive in front of the file."""
    return b"PK\x03\x04" + sealed.data


def html_and_pdf(sealed: Sealed, house: House) -> bytes:
    """A page of a browser in front of the file; readers of PDF look 1024 bytes far."""
    return b"<html><!--" + sealed.data


def jpeg_and_pdf(sealed: Sealed, house: House) -> bytes:
    """A picture's comment in front of the file."""
    return b"\xff\xd8\xff\xfe\x10\x00" + sealed.data


def header_of_an_older_version(sealed: Sealed, house: House) -> bytes:
    """PDF 1.0, which knows no signatures."""
    return sealed.data.replace(b"%PDF-1.7", b"%PDF-1.0", 1)


def line_ends_changed_by_mail(sealed: Sealed, house: House) -> bytes:
    """Sent as text: each line ends with two bytes."""
    return sealed.data.replace(b"\n", b"\r\n")


def sent_as_base64(sealed: Sealed, house: House) -> bytes:
    """An attachment that nobody decoded."""
    return base64.encodebytes(sealed.data)


def blanks_after_the_end(sealed: Sealed, house: House) -> bytes:
    """White space, which no reader minds."""
    return sealed.data + b" \r\n"


def zeros_after_the_end(sealed: Sealed, house: House) -> bytes:
    """The rest of a disk's sector."""
    return sealed.data + bytes(512)


def file_twice(sealed: Sealed, house: House) -> bytes:
    """The genuine file behind itself."""
    return sealed.data * 2


def prefix_behind_the_seal(sealed: Sealed, house: House) -> bytes:
    """The file as it was before the seal, behind the sealed one."""
    return sealed.data + sealed.data[: sealed.prefix_end]


def encryption_declared(sealed: Sealed, house: House) -> bytes:
    """A trailer that says the file is encrypted: readers show nothing, or something else."""
    return raw_update(sealed.data, {}, more=b" /Encrypt << /Filter /Standard /V 1 /R 2 /P -4 >>")


def identifier_changed(sealed: Sealed, house: House) -> bytes:
    """An update of nothing but /ID."""
    update = raw_update(sealed.data, {})
    at = len(sealed.data)
    return update[:at] + re.sub(rb"/ID\s*\[.*?\]", b"/ID [<00> <00>]", update[at:], flags=re.DOTALL)


def size_lowered(sealed: Sealed, house: House) -> bytes:
    """An update whose /Size hides every object above the third."""
    update = raw_update(sealed.data, {})
    at = len(sealed.data)
    return update[:at] + re.sub(rb"/Size \d+", b"/Size 3", update[at:])


def script_on_opening(sealed: Sealed, house: House) -> bytes:
    """A catalog that runs JavaScript."""
    catalog = int(re.findall(rb"/Root (\d+) 0 R", sealed.data)[-1])
    body = re.findall(rb"\n%d 0 obj\s*<<(.*?)\s*endobj" % catalog, sealed.data, re.DOTALL)[-1]
    action = b"<< /OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >>" + body
    return raw_update(sealed.data, {catalog: action})


def layer_hidden(sealed: Sealed, house: House) -> bytes:
    """Optional content that is switched off."""
    catalog = int(re.findall(rb"/Root (\d+) 0 R", sealed.data)[-1])
    body = re.findall(rb"\n%d 0 obj\s*<<(.*?)\s*endobj" % catalog, sealed.data, re.DOTALL)[-1]
    layers = b"<< /OCProperties << /OCGs [900 0 R] /D << /OFF [900 0 R] >> >>"
    group = b"<< /Type /OCG /Name (Umowa) >>"
    return raw_update(sealed.data, {catalog: layers + body, 900: group})


def certificate_quoted_in_a_comment(sealed: Sealed, house: House) -> bytes:
    """Nine certificates of another document in a comment behind the seal: the last eight count."""
    other = sealed_pdf(house, clients=2).text.encode()
    return sealed.data + b"".join(b"%% /ContactInfo (%s)\n" % other for _ in range(9))


def certificate_of_the_same_length(sealed: Sealed, house: House) -> bytes:
    """The certificate of another document whose prefix is as long, in this one's seal."""
    others = (sealed_pdf(house) for _ in range(1000))  # other identifiers, else the same
    other = next(each for each in others if each.prefix_end == sealed.prefix_end)
    return sealed.data[: sealed.prefix_end] + other.data[other.prefix_end :]


OUTSIDER_TRICKS: Final[Attacks] = {
    ("altered", "changed_after_seal"): (
        pdf_and_zip,
        blanks_after_the_end,
        zeros_after_the_end,
        file_twice,
        prefix_behind_the_seal,
        encryption_declared,
        identifier_changed,
        size_lowered,
        script_on_opening,
        layer_hidden,
    ),
    ("altered", "bytes_changed"): (
        header_of_an_older_version,
        line_ends_changed_by_mail,
        certificate_quoted_in_a_comment,
        certificate_of_the_same_length,
    ),
    ("cannot_tell", "not_a_pdf"): (zip_and_pdf, html_and_pdf, jpeg_and_pdf, sent_as_base64),
}
"""Outcome and finding, and the attacks."""
