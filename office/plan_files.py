"""Files that commands are given: a PDF, a plan, a layout."""

from __future__ import annotations

import json
from pathlib import Path

from office.errors import Refused
from office.layout import Layout
from signing.fields import DocumentPlan

__all__ = ["MAX_PLAN_BYTES", "read_file", "read_plan"]

MAX_PLAN_BYTES = 256 * 1024  # a plan with every field there can be is a quarter of it


def read_plan(path: Path | None) -> tuple[list[Layout], DocumentPlan | None]:
    """Read a plan file: a whole DocumentPlan, or a layout as the editor of fields keeps it.

    Returns:
        What is placed for each client, and the plan, if it is one.
    """
    if path is None:
        return [Layout()], None
    try:
        data = json.loads(read_file(path, MAX_PLAN_BYTES))
    except ValueError as error:
        raise Refused(
            "layout_malformed", "The plan is not JSON.", "Look at the file and correct it."
        ) from error
    if not isinstance(data, dict) or "clients" not in data:
        return [Layout.from_json(data)], None
    plan = DocumentPlan.from_json(data)
    layouts = [
        Layout(
            client.fields,
            client.signature,
            client.stamp,
            plan.director_signature,
            plan.director_fields,
        )
        for client in plan.clients
    ]
    return layouts, plan


def read_file(path: Path, limit: int) -> bytes:
    """Return a file's content, one byte more than the limit when it is larger.

    Raises:
        Refused: `file_unreadable`.
    """
    try:
        with path.open("rb") as file:
            return file.read(limit + 1)
    except OSError as error:
        raise Refused(
            "file_unreadable", f"{path} cannot be read.", "Check the name and its permissions."
        ) from error
