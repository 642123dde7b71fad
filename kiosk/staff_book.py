"""Who works at this kiosk's front desk: the list that head office sent, in the encrypted store."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress

from kiosk.identity import DeviceKeys
from kiosk.store import Store
from sync.sealed_box import BoxNotOpened
from sync.staff import MAX_STAFF_BYTES, StaffList, StaffMember, StaffReply
from sync.strict_json import canonical_bytes, parse_object

__all__ = ["StaffBook"]


class StaffBook:
    """The people of the front desk."""

    def __init__(self, store: Store, keys: Callable[[], DeviceKeys]) -> None:
        self._store = store
        self._keys = keys

    def version(self) -> int:
        """The version that is held; 0 for none."""
        return int(self._store.setting("staff_version", "0"))

    def members(self) -> tuple[StaffMember, ...]:
        """Everybody who may enter, in the order of head office."""
        text = self._store.setting("staff")
        if not text:
            return ()
        return StaffList.from_json(parse_object(text.encode("utf-8"), MAX_STAFF_BYTES)).members

    def member(self, staff_id: str) -> StaffMember | None:
        """Somebody by their coded id; None when they do not work here (any more)."""
        return next((one for one in self.members() if one.staff_id == staff_id), None)

    def keep(self, reply: StaffReply) -> None:
        """Open a list and put it in the place of the one held.

        Wrong tries of whoever has another PIN now, or none, are forgotten.

        Raises:
            BoxNotOpened, MessageMalformed: the old list stays.
        """
        staff = self._opened(reply)
        hashes = {one.staff_id: one.pin_hash for one in staff.members}
        with self._store.transaction() as database:
            for one in self.members():
                if hashes.get(one.staff_id) != one.pin_hash:
                    database.execute("DELETE FROM pin_try WHERE subject = ?", (one.staff_id,))
            self._store.set_setting("staff", canonical_bytes(staff.to_json()).decode("utf-8"))
            self._store.set_setting("staff_version", str(reply.version))

    def _opened(self, reply: StaffReply) -> StaffList:
        keys, kiosk_id = self._keys(), self._store.setting("kiosk_id")
        for key in keys.former_exchange:  # keys may have been renewed while it travelled
            with suppress(BoxNotOpened):
                return reply.open(kiosk_id, key)
        return reply.open(kiosk_id, keys.exchange)
