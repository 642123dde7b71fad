"""All screens of one walk on one sheet, to see at a glance whether they are of one hand."""

from __future__ import annotations

import io
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page

__all__ = ["ScreenSheet"]

GAP = 12
GROUND = (120, 128, 126)
WIDEST = 2100
"""Width of a sheet in pixels, about; so many screens stand beside each other as fit."""


class ScreenSheet:
    """Collects pictures of screens, scaled; without a folder it does nothing."""

    def __init__(self, folder: Path | None, name: str, scale: float) -> None:
        self.folder, self.name, self.scale = folder, name, scale
        self.pictures: list[Image.Image] = []

    def add(self, page: Page) -> None:
        """The screen as it is now, motion at rest."""
        if self.folder is None:
            return
        picture = Image.open(io.BytesIO(page.screenshot(animations="disabled"))).convert("RGB")
        size = (round(picture.width * self.scale), round(picture.height * self.scale))
        self.pictures.append(picture.resize(size, Image.Resampling.LANCZOS))

    def save(self) -> None:
        """Write the sheet as NAME.jpg."""
        if self.folder is None or not self.pictures:
            return
        width, height = self.pictures[0].size
        columns = max(WIDEST // (width + GAP), 1)
        rows = -(-len(self.pictures) // columns)
        size = (GAP + columns * (width + GAP), GAP + rows * (height + GAP))
        sheet = Image.new("RGB", size, GROUND)
        for place, picture in enumerate(self.pictures):
            row, column = divmod(place, columns)
            sheet.paste(picture, (GAP + column * (width + GAP), GAP + row * (height + GAP)))
        self.folder.mkdir(parents=True, exist_ok=True)
        sheet.save(self.folder / f"{self.name}.jpg", quality=82, optimize=True)
