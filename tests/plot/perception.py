"""What a person would see of a difference between two pictures.

Both are made small, which forgives what libraries that draw round otherwise, and are compared in CIELAB (CIE 15:2004), where a
distance of 2 is just seen by someone who looks for it and one of 10 at a glance. A difference is the largest mean distance over a
square of a few pixels: one mark that has moved or has another colour fills such a square, and the rest does not dilute it.
"""

from __future__ import annotations

import io

import numpy as np
from PIL import Image

WIDTH = 400  # pixels of a golden picture
SQUARE = 4
SEEN = 5.0  # a difference from here on is one

# From sRGB (IEC 61966-2-1) to XYZ by the white of D65.
TO_XYZ = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]])
WHITE = TO_XYZ.sum(axis=1)


def small(picture: bytes) -> Image.Image:
    image = Image.open(io.BytesIO(picture)).convert("RGB")
    return image.resize((WIDTH, round(image.height * WIDTH / image.width)), Image.Resampling.BOX)


def golden(image: Image.Image) -> bytes:
    """A small picture as a file of few bytes."""
    file = io.BytesIO()
    image.quantize(256, method=Image.Quantize.MAXCOVERAGE, dither=Image.Dither.NONE).save(file, "png", optimize=True)
    return file.getvalue()


def lab(image: Image.Image) -> np.ndarray:
    encoded = np.asarray(image, dtype=float) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    relative = linear @ TO_XYZ.T / WHITE
    root = np.where(relative > (6 / 29) ** 3, np.cbrt(relative), relative / (3 * (6 / 29) ** 2) + 4 / 29)
    x, y, z = root[..., 0], root[..., 1], root[..., 2]
    return np.stack([116 * y - 16, 500 * (x - y), 200 * (y - z)], axis=-1)


def difference(one: Image.Image, other: Image.Image) -> float:
    """Infinite for pictures of other sizes."""
    if one.size != other.size:
        return float("inf")
    distance = np.sqrt(((lab(one) - lab(other)) ** 2).sum(axis=-1))
    return float(np.lib.stride_tricks.sliding_window_view(distance, (SQUARE, SQUARE)).mean(axis=(2, 3)).max())
