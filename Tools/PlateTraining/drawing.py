"""Grey drawing with seeded chance: what plates, vehicles and clutter are made of."""
import glob
import math
import os
import string

import cv2
import numpy as np
from PIL import Image, ImageDraw, ImageFont

FONT_FOLDERS = ["usr/share/fonts"]
ODD_FONTS = ("Symbol", "Dingbat", "D050", "Icon", "Emoji", "Math", "Braille")
LETTERS = string.ascii_uppercase
DIGITS = string.digits
LATIN = LETTERS + DIGITS
ARABIC = "".join(chr(c) for c in range(0x0627, 0x0648) if chr(c).isalpha()) + "٠١٢٣٤٥٦٧٨٩"
THAI = "".join(chr(c) for c in range(0x0E01, 0x0E2F))
CHINESE = "京沪津渝冀晋辽吉黑苏浙皖闽赣鲁豫鄂湘粤琼川贵云陕甘青品川横浜大阪"


class Fonts:
    """Font files by what they can write; sizes are opened once."""

    def __init__(self, root):
        files = []
        for folder in FONT_FOLDERS:
            for kind in ("ttf", "otf", "ttc", "t1"):
                files += glob.glob(os.path.join(root, folder, "**", "*." + kind), recursive=True)
        files = sorted(f for f in files if not any(odd in f for odd in ODD_FONTS))
        self.latin = [f for f in files if not any(s in f for s in ("kacst", "thai", "tlwg"))]
        upright = [f for f in self.latin if "talic" not in f and "blique" not in f]
        thick = [f for f in upright if not any(s in f for s in ("Thin", "Light", "Serif", "wqy"))]
        self.bold = [f for f in thick if any(s in f for s in ("Bold", "Condensed", "Mono", "Bebas", "Medium"))] or upright
        self.arabic = [f for f in files if "amiri" in f.lower() or "kacst" in f.lower()]
        self.thai = [f for f in files if "tlwg" in f.lower() or "thai" in f.lower() ] or self.bold
        self.chinese = [f for f in files if "wqy" in f] or self.bold
        self.latin = [f for f in self.latin if "wqy" not in f]
        self.opened = {}

    def open(self, path, size):
        key = (path, size)
        if key not in self.opened:
            if len(self.opened) > 3000:
                self.opened.clear()
            self.opened[key] = ImageFont.truetype(path, size)
        return self.opened[key]


def ink(fonts, path, text, height, squeeze=1.0):
    """A mask 0...255 of the text, `height` pixels tall from top to bottom of its ink, or None where the font has none."""
    size = int(max(8, min(160, height * 1.4)))
    font = fonts.open(path, size)
    left, top, right, bottom = font.getbbox(text)
    if right - left < 2 or bottom - top < 2:
        return None
    image = Image.new("L", (right - left + 2, bottom - top + 2), 0)
    ImageDraw.Draw(image).text((1 - left, 1 - top), text, font=font, fill=255)
    mask = np.asarray(image)
    width = max(2, int(round(mask.shape[1] * height / mask.shape[0] * squeeze)))
    return cv2.resize(mask, (width, max(2, int(round(height)))), interpolation=cv2.INTER_AREA)


def stamp(canvas, mask, x, y, value, strength=1.0):
    """Lays `value` (a number or a picture of the mask's size) where the mask is; what falls off the canvas is left out."""
    x, y = int(round(x)), int(round(y))
    h, w = mask.shape[:2]
    x0, y0 = max(0, x), max(0, y)
    x1, y1 = min(canvas.shape[1], x + w), min(canvas.shape[0], y + h)
    if x0 >= x1 or y0 >= y1:
        return
    part = mask[y0 - y : y1 - y, x0 - x : x1 - x].astype(np.float32) * (strength / 255)
    if isinstance(value, np.ndarray):
        what = value[y0 - y : y1 - y, x0 - x : x1 - x]
    else:
        what = min(255.0, max(0.0, float(value)))
    place = canvas[y0:y1, x0:x1]
    place[:] = place + (what - place.astype(np.float32)) * part


def polygon(canvas, points, value, strength=1.0, soft=0):
    """A filled polygon with smooth edges, on a grey canvas of bytes."""
    points = np.clip(np.asarray(points, np.float32), -4000, 4000)
    value = float(min(255, max(0, value)))
    if strength >= 1 and not soft:
        cv2.fillPoly(canvas, [np.round(points * 16).astype(np.int32)], value, cv2.LINE_AA, 4)
        return
    low = np.floor(points.min(0)).astype(int) - 2 - 2 * soft
    high = np.ceil(points.max(0)).astype(int) + 3 + 2 * soft
    x0, y0 = max(0, low[0]), max(0, low[1])
    x1, y1 = min(canvas.shape[1], high[0]), min(canvas.shape[0], high[1])
    if x1 - x0 < 1 or y1 - y0 < 1:
        return
    mask = np.zeros((y1 - y0, x1 - x0), np.uint8)
    cv2.fillPoly(mask, [np.round((points - (x0, y0)) * 16).astype(np.int32)], 255, cv2.LINE_AA, 4)
    if soft:
        mask = cv2.GaussianBlur(mask, (0, 0), soft)
    place = canvas[y0:y1, x0:x1]
    place[:] = place + (value - place.astype(np.float32)) * (mask.astype(np.float32) * (min(1, strength) / 255))


def box(x, y, w, h, lean=0.0, taper=0.0):
    """Corners of a rectangle; `lean` shifts the top, `taper` narrows it."""
    return [(x + taper + lean, y), (x + w - taper + lean, y), (x + w, y + h), (x, y + h)]


def rounded(x, y, w, h, radius, taper=0.0):
    """Corners of a rectangle with round corners."""
    radius = max(0.5, min(radius, w / 2 - 0.5, h / 2 - 0.5))
    points = []
    for cx, cy, start in ((x + w - radius, y + radius, -90), (x + w - radius, y + h - radius, 0),
                          (x + radius, y + h - radius, 90), (x + radius, y + radius, 180)):
        for step in range(5):
            angle = math.radians(start + step * 22.5)
            px, py = cx + radius * math.cos(angle), cy + radius * math.sin(angle)
            inward = taper * (1 - (py - y) / h)
            points.append((px + (inward if px < x + w / 2 else -inward), py))
    return points


def ellipse(cx, cy, rx, ry, steps=20):
    return [(cx + rx * math.cos(2 * math.pi * i / steps), cy + ry * math.sin(2 * math.pi * i / steps)) for i in range(steps)]


def clouds(rng, h, w, cells, low, high):
    """Smooth random values: shades, dirt, uneven light."""
    cells = max(2, int(cells))
    small = rng.uniform(low, high, (cells, cells + 1)).astype(np.float32)
    return cv2.resize(small, (w, h), interpolation=cv2.INTER_CUBIC)


def bytes_of(grey):
    """Back to bytes after arithmetic."""
    return np.clip(grey, 0, 255).astype(np.uint8)


def text_of(rng, alphabet, count):
    return "".join(alphabet[i] for i in rng.integers(0, len(alphabet), count))


def choice(rng, things):
    return things[int(rng.integers(len(things)))]
