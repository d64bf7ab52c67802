"""Fronts and rears of vehicles, drawn in millimetres: what stands around a plate, and what looks like one and is none."""
import cv2
import numpy as np

from drawing import DIGITS, LETTERS, box, bytes_of, choice, clouds, ellipse, ink, polygon, rounded, stamp, text_of


class Layer:
    """A grey layer with its mask; places are given in millimetres of the vehicle, x from its middle, y up from the road."""

    def __init__(self, width, height, scale):
        self.grey = np.zeros((height, width), np.uint8)
        self.mask = np.zeros((height, width), np.uint8)
        self.scale, self.middle, self.road = scale, 0.0, 0.0

    def look_at(self, x, y, px, py):
        """Moves the vehicle so that its place x, y is at the pixel px, py."""
        self.middle, self.road = px - x * self.scale, py + y * self.scale

    def at(self, x, y):
        return self.middle + x * self.scale, self.road - y * self.scale

    def fill(self, points, value, strength=1.0, soft=0.0, solid=False):
        pixels = [self.at(x, y) for x, y in points]
        polygon(self.grey, pixels, value, strength, int(min(12, soft * self.scale)))
        if solid:
            polygon(self.mask, pixels, 255)

    def rect(self, x, y, w, h, value, radius=0, strength=1.0, taper=0.0, soft=0.0, solid=False):
        """A rectangle whose lower left corner is x, y."""
        points = rounded(x, 0, w, h, radius, taper) if radius else box(x, 0, w, h, 0, taper)
        self.fill([(px, y + h - py) for px, py in points], value, strength, soft, solid)

    def disc(self, x, y, rx, ry, value, strength=1.0, soft=0.0):
        self.fill(ellipse(x, y, rx, ry), value, strength, soft)

    def line(self, points, value, thickness):
        pixels = np.round(np.array([self.at(x, y) for x, y in points]) * 8).astype(np.int32)
        cv2.polylines(self.grey, [pixels], False, float(value), max(1, int(round(thickness * self.scale))), cv2.LINE_AA, 3)

    def text(self, fonts, path, text, x, y, height, value, strength=1.0):
        """Text whose middle is x, its foot y."""
        if height * self.scale < 2.5:
            self.rect(x - height * len(text) * 0.3, y, height * len(text) * 0.6, height, value, 0, 0.4 * strength)
            return
        mask = ink(fonts, path, text, height * self.scale)
        if mask is None or mask.shape[1] > 700:
            return
        px, py = self.at(x, y + height)
        stamp(self.grey, mask, px - mask.shape[1] / 2, py, value, strength)


def slats(rng, layer, x, y, w, h, dark, light):
    """A grille or an intake: bars across, upright, both, or a mesh."""
    layer.rect(x, y, w, h, dark, choice(rng, [0, h * 0.2, h * 0.45]))
    kind = rng.random()
    if kind < 0.6:
        count = int(rng.integers(2, 9))
        thick = h / count * rng.uniform(0.15, 0.6)
        for i in range(count):
            layer.rect(x + w * 0.02, y + h * (i + 0.3) / count, w * 0.96, thick, light)
    if 0.5 < kind < 0.9:
        count = int(rng.integers(5, 26))
        thick = w / count * rng.uniform(0.15, 0.5)
        for i in range(count):
            layer.rect(x + w * (i + 0.3) / count, y + h * 0.04, thick, h * 0.92, light)
    if rng.random() < 0.4:
        points = rounded(x, 0, w, h, h * 0.2)
        layer.line([(px, y + h - py) for px, py in points + points[:1]], rng.uniform(150, 245), rng.uniform(8, 28))


def lamps(rng, layer, half, y, h, front, night):
    """A pair of lamps, alike on both sides, with what is inside them."""
    w = rng.uniform(120, 380)
    inset = rng.uniform(-20, 90)
    value = rng.uniform(120, 235) if front else rng.uniform(35, 130)
    pieces = [(rng.uniform(0, 0.6), rng.uniform(0, 0.6), rng.uniform(0.2, 0.5), rng.uniform(0.25, 0.6), rng.uniform(20, 255), rng.random() < 0.6) for _ in range(int(rng.integers(1, 4)))]
    radius = h * rng.uniform(0.05, 0.5)
    ribs = int(rng.integers(2, 12)) if rng.random() < 0.35 else 0
    rib, upright = np.clip(value + rng.normal(0, 50), 0, 255), rng.random() < 0.5
    lit = rng.random() < (0.8 if night else 0.15)
    for side in (-1, 1):
        x = side * (half - inset) - (w if side > 0 else 0)
        layer.rect(x, y, w, h, value, radius)
        for px, py, pw, ph, shade, is_round in pieces:
            if side < 0:
                px = 1 - px - pw
            if is_round:
                layer.disc(x + w * (px + pw / 2), y + h * (py + ph / 2), h * pw * 0.6, h * pw * 0.6, shade)
            else:
                layer.rect(x + w * px, y + h * py, w * pw, h * ph, shade)
        if ribs:
            for i in range(ribs):
                if upright:
                    layer.rect(x + w * (i + 0.3) / ribs, y + h * 0.08, w / ribs * 0.4, h * 0.84, rib)
                else:
                    layer.rect(x + w * 0.05, y + h * (i + 0.3) / ribs, w * 0.9, h / ribs * 0.4, rib)
        if lit:
            layer.disc(x + w / 2, y + h / 2, w * 0.8, w * 0.8, 255, 0.5, 60)
            layer.disc(x + w / 2, y + h / 2, h * 0.4, h * 0.4, 255)


def badge(rng, layer, fonts, x, y, r):
    """A maker's mark: rings, bars, wings, a letter, chrome on dark or dark on chrome."""
    light, dark = rng.uniform(150, 250), rng.uniform(5, 110)
    if rng.random() < 0.3:
        light, dark = dark, light
    flat = rng.uniform(0.55, 1)
    kind = rng.random()
    if kind < 0.65:
        layer.disc(x, y, r, r * flat, light)
        inner = rng.uniform(0.6, 0.9)
        layer.disc(x, y, r * inner, r * inner * flat, dark)
        for _ in range(int(rng.integers(1, 4))):
            a, b = rng.uniform(0.15, 0.9), rng.uniform(0.08, 0.5)
            if rng.random() < 0.5:
                layer.disc(x, y, r * a, r * b * flat, light)
                layer.disc(x, y, r * a * 0.75, r * b * 0.7 * flat, dark)
            else:
                ends = rng.uniform(-0.8, 0.8, 4) * r
                layer.line([(x + ends[0], y + r * 0.7 * flat), (x + ends[1], y - r * 0.7 * flat), (x + ends[2], y + ends[3] * flat)], light, r * rng.uniform(0.08, 0.25))
    elif kind < 0.8:
        layer.rect(x - r, y - r * 0.6, 2 * r, 1.2 * r, light, r * 0.3)
        layer.rect(x - r * 0.85, y - r * 0.45, 1.7 * r, 0.9 * r, dark, r * 0.2)
        layer.text(fonts, choice(rng, fonts.latin), text_of(rng, LETTERS, int(rng.integers(1, 5))), x, y - r * 0.3, r * 0.6, light)
    else:
        for side in (-1, 1):
            layer.fill([(x, y - r * 0.4), (x + side * r * 1.6, y + r * 0.5), (x + side * r * 0.3, y + r * 0.3)], light)
        layer.disc(x, y, r * 0.5, r * 0.5, dark)


def words(rng):
    kind = rng.random()
    if kind < 0.4:
        return text_of(rng, LETTERS, int(rng.integers(2, 11)))
    if kind < 0.7:
        return text_of(rng, LETTERS, 1) + text_of(rng, LETTERS.lower(), int(rng.integers(2, 9)))
    return text_of(rng, LETTERS + DIGITS, int(rng.integers(1, 5))) + choice(rng, ["", "i", " L", "T", "-X", " 4x4"])


def stickers(rng, layer, fonts, half, low, high):
    """Badges, model names, bumper stickers, dealer's labels, inspection marks: the nearest to a plate that is none."""
    for _ in range(int(rng.integers(0, 6))):
        x, y, kind = rng.uniform(-half * 0.85, half * 0.85), rng.uniform(low, high), rng.random()
        if kind < 0.45:
            layer.text(fonts, choice(rng, fonts.latin), words(rng), x, y, rng.uniform(28, 80), choice(rng, [rng.uniform(180, 250), rng.uniform(10, 60)]))
        elif kind < 0.75:
            w, h = rng.uniform(60, 320), rng.uniform(40, 110)
            value = rng.uniform(20, 250)
            layer.rect(x - w / 2, y, w, h, value, rng.uniform(0, 20))
            if rng.random() < 0.8:
                for line in range(int(rng.integers(1, 3))):
                    layer.text(fonts, choice(rng, fonts.latin), words(rng), x, y + h * (0.15 + 0.45 * line), h * 0.35, 255 - value if abs(value - 128) > 40 else 250)
        elif rng.random() < 0.5:
            badge(rng, layer, fonts, x, y, rng.uniform(20, 70))
        else:
            w, h, value = rng.uniform(60, 220), rng.uniform(50, 180), rng.uniform(10, 250)
            layer.rect(x - w / 2, y, w, h, value, rng.uniform(0, 30))
            for _ in range(int(rng.integers(2, 7))):
                layer.fill([(x + rng.uniform(-0.45, 0.45) * w, y + rng.uniform(0.05, 0.95) * h) for _ in range(4)], 255 - value, rng.uniform(0.4, 1))


def draw_vehicle(rng, fonts, layer, plate_size, centre, night):
    """A vehicle's face into the layer, its plate's middle at pixel `centre`; returns (x, y, w, h) in millimetres where its plate belongs, lower left corner."""
    half = rng.uniform(780, 980)
    front = rng.random() < 0.45
    tall = rng.random() < 0.25
    paint = choice(rng, [rng.uniform(10, 60), rng.uniform(60, 130), rng.uniform(110, 190), rng.uniform(190, 245)])
    trim = choice(rng, [paint * rng.uniform(0.85, 1.08), paint, rng.uniform(15, 60)])
    belt = rng.uniform(850, 1150)
    top = rng.uniform(1700, 2600) if tall else rng.uniform(1350, 1650)
    floor = rng.uniform(170, 300)
    bumper = rng.uniform(floor + 160, floor + 380)
    pw, ph = plate_size
    style = rng.random()
    if front:
        y = rng.uniform(floor + 40, bumper + 120)
    else:
        y = rng.uniform(floor + 60, bumper) if style < 0.35 else rng.uniform(bumper + 40, max(bumper + 60, belt - ph - 60))
    x = rng.normal(0, 25) if rng.random() < 0.92 else choice(rng, [-1, 1]) * rng.uniform(0, half - pw / 2 - 100)
    x -= pw / 2
    layer.look_at(x + pw / 2, y + ph / 2, *centre)
    # The body, its roof, its shadow on the road.
    layer.rect(-half * 1.02, -rng.uniform(20, 90), half * 2.04, floor + 60, rng.uniform(5, 45), 0, 1, 0, 30, True)
    for side in (-1, 1):
        w = rng.uniform(170, 260)
        layer.rect(side * (half - 30) - (w if side > 0 else 0), 0, w, 420, rng.uniform(10, 45), 20, solid=True)
    narrow = half * (rng.uniform(0.02, 0.08) if tall else rng.uniform(0.1, 0.25))
    layer.rect(-half * 0.97, belt - 60, half * 1.94, top - belt + 60, paint * rng.uniform(0.9, 1.1), rng.uniform(60, 260), 1, narrow, 0, True)
    layer.rect(-half, floor, half * 2, belt - floor, paint, rng.uniform(30, 140), 1, rng.uniform(0, 50), 0, True)
    # Glass, with what it mirrors.
    glass = rng.uniform(15, 110)
    lower = belt + rng.uniform(-40, 80)
    if not (tall and rng.random() < 0.35):
        gh = (top - lower) * rng.uniform(0.55, 0.85)
        gw = half * rng.uniform(0.72, 0.88)
        layer.rect(-gw, lower, gw * 2, gh, glass, 60, 1, narrow * gh / (top - belt))
        for _ in range(int(rng.integers(0, 5))):
            x = rng.uniform(-gw, gw * 0.6)
            layer.rect(x, lower + gh * rng.uniform(0, 0.5), gw * rng.uniform(0.1, 0.6), gh * rng.uniform(0.1, 0.5), rng.uniform(10, 220), rng.uniform(0, 60), rng.uniform(0.15, 0.8), 0, rng.uniform(0, 30))
        if rng.random() < 0.4:
            layer.line([(rng.uniform(-gw, 0), lower + 30), (rng.uniform(0, gw), lower + gh * 0.3)], 15, 18)
        if rng.random() < 0.3:
            w = rng.uniform(60, 300)
            layer.rect(rng.uniform(-gw * 0.8, gw * 0.5), lower + rng.uniform(10, gh * 0.4), w, w * rng.uniform(0.3, 0.9), rng.uniform(150, 250), 5)
    # Bumper, seams, lamps, grille.
    if rng.random() < 0.75:
        layer.rect(-half * 1.0, floor - 20, half * 2, bumper - floor, trim, rng.uniform(20, 90), 1, 0, rng.choice([0, 10]))
        for seam in range(int(rng.integers(0, 3))):
            sy = floor + (bumper - floor) * rng.random()
            layer.line([(-half, sy), (half, sy)], trim * rng.uniform(0.4, 0.9), rng.uniform(6, 30))
    if rng.random() < 0.3:
        layer.rect(-half, bumper - 30, half * 2, rng.uniform(25, 90), rng.uniform(140, 245), 20)
    for _ in range(int(rng.integers(1, 4))):
        sy = rng.uniform(bumper, belt)
        bend = rng.uniform(-40, 40)
        layer.line([(-half * 0.95, sy), (-half * 0.4, sy + bend), (half * 0.4, sy + bend), (half * 0.95, sy)], paint * choice(rng, [0.5, 0.75, 1.25]), rng.uniform(5, 16))
    lamps(rng, layer, half, rng.uniform(bumper, max(bumper + 10, belt - 220)), rng.uniform(90, 330), front, night)
    if front or rng.random() < 0.15:
        gw, gh = rng.uniform(half * 0.5, half * 1.3), rng.uniform(70, 300)
        slats(rng, layer, -gw / 2, bumper + rng.uniform(0, 120), gw, gh, rng.uniform(5, 50), choice(rng, [rng.uniform(20, 80), rng.uniform(120, 240)]))
    if rng.random() < (0.8 if front else 0.2):
        gw, gh = rng.uniform(half * 0.6, half * 1.6), rng.uniform(60, 180)
        slats(rng, layer, -gw / 2, floor + rng.uniform(-20, 60), gw, gh, rng.uniform(5, 40), rng.uniform(15, 90))
    for side in (-1, 1):
        if rng.random() < 0.3:
            layer.disc(side * half * 0.75, floor + 110, 55, 55, rng.uniform(30, 240))
    if rng.random() < 0.75:
        r = rng.uniform(35, 80)
        badge(rng, layer, fonts, rng.normal(0, 10), min(belt - 60, bumper + rng.uniform(60, 340)), r)
    stickers(rng, layer, fonts, half, bumper - 60, belt - 60)
    # Where the plate is bolted: a recess, a plinth, a dark holder, or nothing but the bumper.
    kind = rng.random()
    if kind < 0.55:
        grow_x, grow_y = rng.uniform(10, 160), rng.uniform(8, 90)
        value = choice(rng, [paint * rng.uniform(0.5, 0.9), trim * rng.uniform(0.4, 1.1), rng.uniform(8, 50)])
        layer.rect(x - grow_x, y - grow_y * rng.uniform(0.3, 1), pw + 2 * grow_x, ph + grow_y * 1.8, value, rng.uniform(5, 60), 1, choice(rng, [0, 0, grow_x * 0.5]))
        if not front and rng.random() < 0.5:
            layer.rect(x - grow_x, y + ph + grow_y * 0.8, pw + 2 * grow_x, rng.uniform(20, 70), choice(rng, [paint * 1.1, rng.uniform(160, 245)]), 8)
    # Light and shade over everything.
    shade = np.linspace(rng.uniform(0.75, 1.25), rng.uniform(0.6, 1.1), layer.grey.shape[0], dtype=np.float32)[:, None]
    if rng.random() < 0.6:
        shade = shade + clouds(rng, *layer.grey.shape, rng.integers(3, 10), -1, 1) * rng.uniform(0.02, 0.2)
    layer.grey = bytes_of(layer.grey * shade)
    return x, y, pw, ph
