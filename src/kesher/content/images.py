"""Reading what an image is from its content, never from its name or from what its sender says."""

from __future__ import annotations

import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, UnidentifiedImageError

from kesher.content.errors import ImageInvalid, ImageTooLarge
from kesher.content.types import MOST_IMAGE_BYTES

MOST_SIDE = 5000
"""Pixels of width or height."""

# No SVG: it can carry scripts, and hardly a mail program shows it.
_FORMATS = {"PNG": ("image/png", "png"), "JPEG": ("image/jpeg", "jpg"), "GIF": ("image/gif", "gif")}
_FORMATS["WEBP"] = ("image/webp", "webp")


@dataclass(frozen=True, slots=True)
class ImageShape:
    """What an image is: its media type, how its name should end, and its size in pixels."""

    media_type: str
    ending: str
    width: int
    height: int


def read_shape(content: bytes) -> ImageShape:
    """The type and size of an image; ImageTooLarge, or ImageInvalid when it is none that every mail program shows."""
    if len(content) > MOST_IMAGE_BYTES:
        raise ImageTooLarge(limit=f"{MOST_IMAGE_BYTES // 1024 // 1024} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(content), formats=tuple(_FORMATS)) as image:
                image.verify()
                name, (width, height) = image.format or "", image.size
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise ImageTooLarge(limit=f"{MOST_SIDE} × {MOST_SIDE}") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        # What Pillow raises for content that is cut off, or of another kind than it begins with.
        raise ImageInvalid from error
    if max(width, height) > MOST_SIDE:
        raise ImageTooLarge(limit=f"{MOST_SIDE} × {MOST_SIDE}")
    media_type, ending = _FORMATS[name]
    return ImageShape(media_type, ending, width, height)
