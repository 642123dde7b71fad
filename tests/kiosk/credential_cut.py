"""Moving a kiosk's secret in a process that dies at a chosen point.

python -m tests.kiosk.credential_cut POINT FOLDER WAY
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from tests.kiosk.power_cut import NEVER_REACHED, cut_at


def main() -> int:
    """Move until the point is reached."""
    from kiosk.credential import CredentialKind, load_credential
    from kiosk.credential_move import move_credential
    from signing.sealed_secret import Cost

    point, folder, way = sys.argv[1:]
    found = load_credential(Path(folder), os.environ)
    cut_at(point)
    cheap = Cost(memory_kib=64, iterations=1, lanes=1)
    ask = "siedem zielonych mostów".format
    move_credential(Path(folder), found, CredentialKind(way), os.environ, ask, cheap)
    return NEVER_REACHED


if __name__ == "__main__":
    sys.exit(main())
