"""Licence plates of many countries, drawn: no photograph and no register of real plates is used."""
import cv2
import numpy as np

from drawing import (ARABIC, CHINESE, DIGITS, LATIN, LETTERS, THAI, bytes_of, choice, clouds, ellipse, ink, polygon, rounded, stamp, text_of)

# Outline in millimetres, share of all plates, and how it is written.
SHAPES = [
    (520, 112, 24, "one"), (520, 120, 4, "one"), (530, 110, 3, "one"), (460, 110, 3, "one"), (440, 120, 2, "one"),
    (400, 130, 14, "town"), (400, 130, 3, "one"),
    (305, 152, 26, "state"), (300, 150, 3, "one"), (330, 165, 5, "japan"),
    (372, 134, 4, "one"), (440, 140, 4, "one"), (340, 150, 3, "one"),
    (340, 200, 4, "two"), (330, 165, 4, "two"), (280, 200, 5, "two"), (240, 130, 2, "two"), (190, 140, 2, "two"),
    (220, 170, 2, "two"), (305, 203, 2, "two"), (470, 110, 3, "one"), (520, 112, 2, "arabic"), (335, 155, 2, "arabic"), (340, 150, 2, "thai"),
]
SHARES = np.array([s[2] for s in SHAPES], float) / sum(s[2] for s in SHAPES)
PIXELS_PER_MM = 0.75


class Plate:
    """Grey picture, mask of its outline, and its size in millimetres."""

    def __init__(self, grey, mask, width, height):
        self.grey, self.mask, self.width, self.height = grey, mask, width, height


def registration(rng):
    """Groups of letters and digits as somewhere in the world: 2 to 3 groups, 4 to 8 signs."""
    patterns = ["AA-000AA", "A 000 AA", "AAA 000", "AAA-0000", "000 AAA", "AA 00 AAA", "AA 0000", "0AAA000", "AA-00-AA", "A-AA 000", "AAA0A00",
                "00 AAA 00", "000-000", "00A 000.00", "AA AA 000", "A0000AA", "0000 AAA", "AAAAAA", "AAA 00", "00-AA-00", "AAA·0000", "00A-00000"]
    pattern = choice(rng, patterns)
    return "".join(choice(rng, LETTERS) if c == "A" else choice(rng, DIGITS) if c == "0" else c for c in pattern)


def colours(rng, style):
    """Ground and ink: mostly dark on light."""
    kind = rng.random()
    if kind < 0.72:
        ground, letter = rng.uniform(185, 250), rng.uniform(5, 70)
    elif kind < 0.86:
        ground, letter = rng.uniform(120, 190), rng.uniform(0, 50)
    else:
        ground, letter = rng.uniform(15, 90), rng.uniform(180, 250)
    if style == "state" and rng.random() < 0.4:
        letter = ground + (letter - ground) * rng.uniform(0.45, 0.8)
    if style == "town" and rng.random() < 0.6:
        ground, letter = rng.uniform(130, 205), rng.uniform(5, 50)
    return ground, letter


def write(rng, fonts, grey, path, text, x, y, w, h, value, spread=True):
    """Text in a field: as tall as the field unless that is too wide, letters spread over it or together in its middle."""
    parts = []
    for sign in text:
        if sign in " ":
            parts.append((None, 0.35 * h))
            continue
        small = sign in "-.·:"
        mask = ink(fonts, path, sign, h if not small else h * (0.14 if sign != "." else 0.16))
        if mask is None:
            return
        if small:
            mask = mask[:, : max(2, int(h * 0.3))]
        parts.append((mask, mask.shape[1]))
    total = sum(p[1] for p in parts)
    gap = h * rng.uniform(0.06, 0.2)
    needed = total + gap * (len(parts) - 1)
    squeeze = min(1.0, w / max(1.0, needed))
    if spread and needed < w * 0.98:
        gap += (w - needed) / max(1, len(parts) - 1) * rng.uniform(0.3, 0.95)
        gap = min(gap, h * 0.42)
    gap *= squeeze
    at = x + (w - total * squeeze - gap * (len(parts) - 1)) / 2
    for mask, width in parts:
        if mask is not None:
            if squeeze < 1:
                mask = cv2.resize(mask, (max(1, int(mask.shape[1] * squeeze)), mask.shape[0]), interpolation=cv2.INTER_AREA)
            middle = y + (h - mask.shape[0]) / 2 if mask.shape[0] < h * 0.5 else y
            stamp(grey, mask, at, middle, value)
        at += width * squeeze + gap


def graphics(rng, grey, x, y, w, h):
    """What US states print behind the letters: hills, suns, skies, bands."""
    ground = float(grey.mean())
    for _ in range(int(rng.integers(1, 4))):
        kind, value = rng.random(), np.clip(ground + rng.normal(0, 32), 20, 250)
        if kind < 0.3:
            points = [(x, y + h)] + [(x + w * i / 6, y + h * rng.uniform(0.3, 0.9)) for i in range(7)] + [(x + w, y + h)]
            polygon(grey, points, value, rng.uniform(0.2, 0.7), soft=int(rng.integers(0, 3)))
        elif kind < 0.6:
            polygon(grey, ellipse(x + w * rng.random(), y + h * rng.random(), h * rng.uniform(0.1, 0.4), h * rng.uniform(0.1, 0.4)), value, 0.6, 1)
        else:
            edge = h * rng.uniform(0.1, 0.3)
            top = rng.random() < 0.6
            polygon(grey, [(x, y if top else y + h - edge), (x + w, y if top else y + h - edge), (x + w, y + edge if top else y + h), (x, y + edge if top else y + h)], value, rng.uniform(0.3, 1))


def draw_plate(rng, fonts):
    """One plate, as it left the press, with frame, screws and years of use."""
    width, height, _, style = SHAPES[int(rng.choice(len(SHAPES), p=SHARES))]
    ground, letter = colours(rng, style)
    scale = PIXELS_PER_MM
    w, h = int(width * scale), int(height * scale)
    grey = np.full((h, w), ground, np.uint8)
    path = choice(rng, fonts.bold)
    text = registration(rng)
    left = right = 0.02 * w
    band = style == "one" and width > 420 and rng.random() < 0.6
    if style in ("state",) and rng.random() < 0.65:
        graphics(rng, grey, 0, 0, w, h)
    if style == "one" and rng.random() < 0.1:
        graphics(rng, grey, 0, 0, w, h)
    if band:
        b = h * rng.uniform(0.34, 0.46)
        polygon(grey, [(0, 0), (b, 0), (b, h), (0, h)], rng.uniform(40, 110))
        sign = ink(fonts, choice(rng, fonts.bold), text_of(rng, LETTERS, int(rng.integers(1, 3))), h * 0.25)
        if sign is not None:
            stamp(grey, sign[:, : int(b)], (b - min(b, sign.shape[1])) / 2, h * 0.66, 235)
        polygon(grey, ellipse(b / 2, h * 0.32, h * 0.11, h * 0.11), 215, 0.5, 1)
        left = b + 0.01 * w
        if rng.random() < 0.15:
            polygon(grey, [(w - b, 0), (w, 0), (w, h), (w - b, h)], rng.uniform(40, 110))
            right = b
    if style in ("one",):
        margin = h * rng.uniform(0.1, 0.2)
        write(rng, fonts, grey, path, text, left, margin, w - left - right, h - 2 * margin, letter)
        if rng.random() < 0.35:
            polygon(grey, ellipse(w * rng.uniform(0.3, 0.6), h * rng.uniform(0.3, 0.7), h * 0.1, h * 0.1), rng.uniform(60, 180))
    elif style in ("state", "town"):
        small = h * rng.uniform(0.11, 0.17)
        name = ink(fonts, choice(rng, fonts.latin), text_of(rng, LETTERS, int(rng.integers(5, 13))), small)
        if name is not None:
            name = name[:, : int(w * 0.8)]
            stamp(grey, name, (w - name.shape[1]) / 2, h * rng.uniform(0.04, 0.09), letter if rng.random() < 0.7 else rng.uniform(30, 200))
        if style == "state" and rng.random() < 0.7:
            name = ink(fonts, choice(rng, fonts.latin), text_of(rng, LETTERS, int(rng.integers(6, 16))), small * 0.8)
            if name is not None:
                name = name[:, : int(w * 0.8)]
                stamp(grey, name, (w - name.shape[1]) / 2, h * 0.86, letter, 0.8)
            for cx in (0.1, 0.9):
                if rng.random() < 0.6:
                    polygon(grey, rounded(w * cx - h * 0.11, h * choice(rng, [0.04, 0.82]), h * 0.22, h * 0.15, 2), rng.uniform(50, 240), 0.9)
        top = h * rng.uniform(0.22, 0.3)
        bottom = h * (rng.uniform(0.74, 0.84) if style == "state" else rng.uniform(0.88, 0.95))
        write(rng, fonts, grey, path, text, w * 0.04, top, w * 0.92, bottom - top, letter)
    elif style == "japan":
        line = ink(fonts, choice(rng, fonts.chinese), text_of(rng, CHINESE, 2) + " " + text_of(rng, DIGITS, 3), h * 0.24)
        if line is not None:
            stamp(grey, line[:, : int(w * 0.8)], w * 0.22, h * 0.08, letter)
        write(rng, fonts, grey, path, text_of(rng, DIGITS, 2) + "-" + text_of(rng, DIGITS, 2), w * 0.16, h * 0.42, w * 0.8, h * 0.48, letter)
    elif style == "two":
        split = rng.uniform(0.4, 0.52)
        count = int(rng.integers(2, 5))
        margin = h * rng.uniform(0.05, 0.1)
        upper = choice(rng, ["A0", "AA0", "00A", "00A0", "A 00", "AA"])
        upper = "".join(choice(rng, LETTERS) if c == "A" else choice(rng, DIGITS) if c == "0" else c for c in upper)
        lower = text_of(rng, DIGITS if rng.random() < 0.7 else LATIN, count + 1)
        if rng.random() < 0.4 and len(lower) >= 4:
            lower = lower[:3] + "." + lower[3:]
        inset = w * rng.uniform(0.03, 0.2)
        write(rng, fonts, grey, path, upper, inset, margin, w - 2 * inset, h * split - margin * 1.5, letter)
        write(rng, fonts, grey, path, lower, w * 0.04, h * split + margin * 0.5, w * 0.92, h * (1 - split) - margin * 1.5, letter)
    else:
        alphabet, paths = (ARABIC, fonts.arabic) if style == "arabic" else (THAI, fonts.thai)
        half = rng.uniform(0.35, 0.6)
        for sign, x, part in ((text_of(rng, alphabet, int(rng.integers(1, 4))), 0.03 * w, half * w), (text_of(rng, DIGITS, int(rng.integers(3, 6))), half * w + 0.05 * w, (0.92 - half) * w)):
            mask = ink(fonts, choice(rng, paths) if x < 0.1 * w else path, sign, h * 0.62)
            if mask is not None:
                mask = cv2.resize(mask, (max(2, int(min(part, mask.shape[1]))), mask.shape[0]), interpolation=cv2.INTER_AREA)
                stamp(grey, mask, x, h * 0.18, letter)
    corner = h * rng.uniform(0.03, 0.14)
    if rng.random() < 0.55:
        line = max(1, int(h * rng.uniform(0.012, 0.035)))
        inset = int(h * rng.uniform(0.0, 0.04))
        cv2.polylines(grey, [np.round(np.array(rounded(inset, inset, w - 1 - 2 * inset, h - 1 - 2 * inset, corner))).astype(np.int32)], True, float(letter), line, cv2.LINE_AA)
    return worn(rng, fonts, grey, width, height, corner)


def worn(rng, fonts, grey, width, height, corner):
    """Screws, relief, dirt, fading; then a dealer's frame around it, which belongs to what is seen as the plate's outline."""
    h, w = grey.shape
    for x in (0.08, 0.92) if rng.random() < 0.5 else (0.25, 0.75):
        if rng.random() < 0.5:
            polygon(grey, ellipse(w * x, h * choice(rng, [0.09, 0.5, 0.9]), h * 0.035, h * 0.035), rng.uniform(30, 200))
    if rng.random() < 0.4:
        grey = bytes_of(grey + clouds(rng, h, w, rng.integers(2, 7), -1, 1) * rng.uniform(3, 22))
    if rng.random() < 0.12:
        mask = np.clip(clouds(rng, h, w, rng.integers(3, 12), -1.2, 1), 0, 1)
        grey = bytes_of(grey + (rng.uniform(60, 150) - grey) * mask * rng.uniform(0.3, 0.8))
    mask = np.zeros((h, w), np.uint8)
    polygon(mask, rounded(0, 0, w, h, corner), 255)
    frame = rng.random()
    if frame < 0.4:
        edge = max(1, int(h * rng.uniform(0.02, 0.09)))
        below = int(h * rng.uniform(0.08, 0.22)) if frame < 0.14 else edge
        above = int(h * rng.uniform(0.08, 0.2)) if frame < 0.05 else edge
        value = choice(rng, [rng.uniform(5, 50), rng.uniform(5, 50), rng.uniform(150, 240)])
        whole = np.full((h + above + below, w + 2 * edge), value, np.uint8)
        stamp(whole, mask, edge, above, grey)
        for strip, y in ((below, above + h), (above, 0)):
            if strip > edge:
                name = ink(fonts, choice(rng, fonts.latin), text_of(rng, LETTERS, int(rng.integers(6, 18))), strip * 0.6)
                if name is not None:
                    name = name[:, : w]
                    stamp(whole, name, (whole.shape[1] - name.shape[1]) / 2, y + strip * 0.2, 255 - value)
        # The frame counts as clutter, the plate inside as truth: boxes are meant for the plate.
        full = np.full(whole.shape, 255, np.uint8)
        plate = Plate(whole, full, width, height)
        plate.inner = (edge, above, w, h)
        return plate
    plate = Plate(grey, mask, width, height)
    plate.inner = (0, 0, w, h)
    return plate
