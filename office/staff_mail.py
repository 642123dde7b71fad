"""Writing to people of the front desk: the link at which they choose their PIN."""

from __future__ import annotations

from office.delivery.sender import Senders, send
from office.head_office import HeadOffice
from office.jobs import Job
from office.messages import MessageKind, message_to_staff
from office.staff import find_staff, link_hash_of, staff_link

__all__ = ["send_invitation"]


def send_invitation(office: HeadOffice, senders: Senders, job: Job) -> None:
    """Send somebody their link, unless it was used or replaced meanwhile."""
    number = int(job.payload["invitation"])
    with office.database.read() as connection:
        person = find_staff(connection, job.payload["staff"])
        known_hash = link_hash_of(connection, person.id)
    if not person.active or person.invitation != number or person.link_ends_at is None:
        return
    token = staff_link(office, person.id, number, known_hash)
    page = f"{office.settings.public_url}/pin/{token}"
    kind = MessageKind.STAFF_INVITED
    key = f"{kind.value}:{job.id}"
    send(
        senders,
        message_to_staff(
            office, person.name, person.email, person.language, key, page, person.link_ends_at
        ),
    )
