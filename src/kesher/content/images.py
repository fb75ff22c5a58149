"""Reading what an image is from its content, never from its name or from what its sender says.

Pillow is loaded when a picture comes: it takes nine megabytes, and every process knows this room.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from kesher.content.errors import ImageInvalid, ImageTooLarge
from kesher.content.types import MOST_IMAGE_BYTES

if TYPE_CHECKING:
    from PIL import Image

MOST_SIDE = 5000
"""Pixels of width or height."""

# No SVG: it can carry scripts, and hardly a mail program shows it.
_FORMATS = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "GIF": ("image/gif", "gif")}
_FORMATS["WEBP"] = ("image/webp", "webp")


_NOTES = frozenset({"exif", "xmp", "XML:com.adobe.xmp", "comment", "photoshop", "Raw profile type exif"})
_ORIENTATION = 0x0112
_LYING = {5, 6, 7, 8}
"""How a camera says that it was held on its side (Exif 2.32, 4.6.4)."""
# As good as the eye can tell from what was sent.
_QUALITY = 92


@dataclass(frozen=True, slots=True)
class Picture:
    """An image as it is kept: its content, its media type, how its name should end, and its size in pixels."""

    content: bytes
    media_type: str
    ending: str
    width: int
    height: int


def read_picture(content: bytes) -> Picture:
    """An image without what a camera noted in it: where it was taken is nobody's to read at a public address.

    ImageTooLarge; ImageInvalid when it is none that every mail program shows.
    """
    from PIL import Image, UnidentifiedImageError

    if len(content) > MOST_IMAGE_BYTES:
        raise ImageTooLarge(limit=f"{MOST_IMAGE_BYTES // 1024 // 1024} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=tuple(_FORMATS)) as image:
                image.verify()
            with Image.open(BytesIO(content), formats=tuple(_FORMATS)) as image:
                if max(image.size) > MOST_SIDE:
                    raise ImageTooLarge(limit=f"{MOST_SIDE} × {MOST_SIDE}")
                # What some cameras write after the picture (depth, a second view) makes it an MPO; it begins as a JPEG.
                name = "JPEG" if image.format == "MPO" else image.format or ""
                kept = _without_notes(image, name) if _has_notes(image) else content
                turned = image.getexif().get(_ORIENTATION, 1) in _LYING
                width, height = image.size
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ImageTooLarge(limit=f"{MOST_SIDE} × {MOST_SIDE}") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        # What Pillow raises for content that is cut off, or of another kind than it begins with.
        raise ImageInvalid from error
    media_type, ending = _FORMATS[name]
    return Picture(kept, media_type, ending, *((height, width) if turned else (width, height)))


def _has_notes(image: Image.Image) -> bool:
    """Whether it says more than it shows: Exif (place, time, camera), XMP, comments; a GIF says nothing of a camera."""
    if image.format == "GIF":
        return False
    return image.format == "MPO" or bool(image.getexif()) or not _NOTES.isdisjoint(image.info)


def _without_notes(image: Image.Image, name: str) -> bytes:
    """Only what is seen, upright, in its own colours; what moves goes on moving."""
    from PIL import ImageOps

    settings = {"icc_profile": image.info.get("icc_profile"), "quality": _QUALITY}
    written = BytesIO()
    if name == "WEBP" and getattr(image, "is_animated", False):
        image.save(written, name, save_all=True, exif=b"", xmp=b"", **settings)
    else:
        shown = ImageOps.exif_transpose(image)
        for note in _NOTES:
            shown.info.pop(note, None)
        shown.save(written, name, exif=b"", **settings)
    return written.getvalue()
