"""Training pictures: vehicles with plates, vehicles without, photographs and clutter, through a camera that is not perfect."""
import cv2
import numpy as np

import photographs
from clutter import clutter
from drawing import bytes_of, choice, clouds, polygon, stamp
from plates import draw_plate
from vehicles import Layer, draw_vehicle

WIDTH, HEIGHT = 256, 192
OVER = 2  # drawn this much larger, then averaged


def put_plate(rng, layer, plate, x, y, w, h, night):
    """Bolts the plate on at x, y (lower left, millimetres); returns its outline's corners in pixels of the layer."""
    s = layer.scale
    ix, iy, iw, ih = plate.inner
    k = w * s / iw  # plate's pixels to the layer's
    size = (max(2, int(round(plate.grey.shape[1] * k))), max(2, int(round(plate.grey.shape[0] * h * s / ih))))
    grey = cv2.resize(plate.grey, size, interpolation=cv2.INTER_AREA).astype(np.float32)
    mask = cv2.resize(plate.mask, size, interpolation=cv2.INTER_AREA)
    left, top = layer.at(x, y + h)
    ox, oy = ix * size[0] / plate.grey.shape[1], iy * size[1] / plate.grey.shape[0]
    px, py = int(round(left - ox)), int(round(top - oy))
    gain = rng.uniform(0.6, 1.15) if not night else rng.uniform(0.3, 1.6)
    if rng.random() < 0.3:
        gain = gain * clouds(rng, size[1], size[0], 2, 0.6, 1.3)
    grey = np.minimum(grey * gain, 255)
    if rng.random() < 0.5:  # its shadow, and the gap behind it
        d = max(1.0, 0.06 * h * s)
        polygon(layer.grey, [(px, py + d), (px + size[0] + d, py + d), (px + size[0] + d, py + size[1] + d), (px, py + size[1] + d)], 20, rng.uniform(0.2, 0.8), 1)
    stamp(layer.grey, mask, px, py, grey)
    if rng.random() < 0.18:  # shade of the boot's lip or of a tree across it
        edge = size[1] * rng.uniform(0.1, 0.9)
        tilt = rng.normal(0, 0.15) * size[1]
        polygon(layer.grey, [(px - 9, py - 9), (px + size[0] + 9, py - 9), (px + size[0] + 9, py + edge + tilt), (px - 9, py + edge)], 0, rng.uniform(0.2, 0.55), int(rng.integers(0, 3)))
    if rng.random() < 0.06:  # a tow bar in front of it
        cx = px + size[0] * rng.uniform(0.3, 0.7)
        r = 28 * s
        polygon(layer.grey, [(cx - r, py + size[1] * 0.75), (cx + r, py + size[1] * 0.75), (cx + r, py + size[1] * 2), (cx - r, py + size[1] * 2)], 25)
    x0, y0 = px + ox, py + oy
    x1, y1 = x0 + w * s, y0 + h * s
    return np.array([(x0, y0), (x1, y0), (x1, y1), (x0, y1)], np.float32)


class Corners:
    """A plate's outline in a picture, and how much of it a vehicle before it hides."""

    def __init__(self, points):
        self.points, self.hidden = points, 0.0

    def __getitem__(self, index):
        return self.points[index]


class Scenes:
    """Draws samples; `plates` is a bank drawn once, since a plate costs as much as the rest of a picture."""

    def __init__(self, fonts, pictures, plates):
        self.fonts, self.pictures, self.plates = fonts, pictures, plates

    @staticmethod
    def plate_bank(rng, fonts, count):
        return [draw_plate(rng, fonts) for _ in range(count)]

    def vehicle(self, rng, grey, night, wants_plate, quads):
        """One vehicle into the picture, with its plate at a random place and size."""
        plate = choice(rng, self.plates)
        pixels = float(np.exp(rng.uniform(np.log(19), np.log(150)))) * OVER
        scale = pixels / plate.width
        h, w = grey.shape
        layer = Layer(w, h, scale)
        centre = (rng.uniform(0.08, 0.92) * w, rng.uniform(0.12, 0.95) * h)
        x, y, pw, ph = draw_vehicle(rng, self.fonts, layer, (plate.width, plate.height), centre, night)
        quad = None
        if wants_plate:
            quad = put_plate(rng, layer, plate, x, y, pw, ph, night)
        elif rng.random() < 0.3:
            layer.rect(x, y, pw, ph, rng.uniform(10, 200), 10)
        strength = layer.mask
        cv2.copyTo(layer.grey, strength, grey) if rng.random() < 0.5 else stamp(grey, strength, 0, 0, layer.grey)
        for old in quads:  # what the vehicle hides is gone, or at least not to be judged
            x0, y0 = np.clip(old[0], 0, (w - 2, h - 2)).astype(int)
            x1, y1 = np.clip(old[2], (x0 + 1, y0 + 1), (w, h)).astype(int)
            old.hidden = max(old.hidden, float(strength[y0:y1, x0:x1].mean()) / 255)
        if quad is not None:
            quads.append(Corners(quad))

    def sample(self, rng):
        """(picture, boxes, vague): uint8 of HEIGHT x WIDTH; boxes n x 4 as x, y, w, h; `vague` ones are neither right nor wrong."""
        h, w = HEIGHT * OVER, WIDTH * OVER
        grey = photographs.crop(rng, self.pictures, h, w)
        night, kind = rng.random() < 0.12, rng.random()
        if kind < 0.92 and rng.random() < 0.3:
            grey = bytes_of(rng.uniform(20, 220) + clouds(rng, h, w, rng.integers(2, 12), -1, 1) * rng.uniform(2, 40))
        if kind < 0.92 and rng.random() < 0.35:  # a road
            edge = rng.uniform(0.2, 0.7) * h
            polygon(grey, [(0, edge), (w, edge + rng.normal(0, 15)), (w, h), (0, h)], rng.uniform(60, 190), rng.uniform(0.6, 1))
        quads = []
        if kind < 0.74 and rng.random() < 0.5 or 0.83 <= kind < 0.92:
            clutter(rng, self.fonts, grey, int(rng.integers(1, 7)))
        if kind < 0.83:
            for _ in range(1 if rng.random() < 0.75 else 2):
                self.vehicle(rng, grey, night, kind < 0.74, quads)
        move = self.view(rng, w, h)
        grey = cv2.warpPerspective(grey, move, (w, h), flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        grey = cv2.resize(grey, (WIDTH, HEIGHT), interpolation=cv2.INTER_AREA).astype(np.float32)
        boxes, vague = [], []
        for quad in quads:
            corners = cv2.perspectiveTransform(quad.points[None], move)[0] / OVER
            if quad.hidden < 0.9:
                self.sort(corners, boxes if quad.hidden < 0.04 else vague, vague)
        return camera(rng, grey, night), np.array(boxes, np.float32).reshape(-1, 4), np.array(vague, np.float32).reshape(-1, 4)

    @staticmethod
    def view(rng, w, h):
        """Seen a little from the side, from above, with a tilt; as a matrix about the picture's middle."""
        if rng.random() < 0.5:
            yaw, tilt, slope, press = rng.normal(0, 0.28), rng.normal(0, 0.035), rng.normal(0, 0.06), rng.uniform(0.88, 1.05)
        else:  # a camera high up beside the lane: the plate's lines slope, its height shrinks
            yaw, tilt, slope, press = rng.normal(0, 0.5), rng.normal(0, 0.08), rng.normal(0, 0.17), rng.uniform(0.65, 1.05)
        yaw = np.clip(yaw, -1, 1)
        far = rng.normal(0, 0.00012, 2)
        turn = np.array([[np.cos(tilt), -np.sin(tilt), 0], [np.sin(tilt), np.cos(tilt), 0], [0, 0, 1]])
        side = np.array([[np.cos(yaw), rng.normal(0, 0.04), 0], [slope + np.sin(yaw) * rng.uniform(-0.12, 0.25), press, 0], [far[0], far[1], 1]])
        to, back = np.array([[1, 0, -w / 2], [0, 1, -h / 2], [0, 0, 1.0]]), np.array([[1, 0, w / 2], [0, 1, h / 2], [0, 0, 1.0]])
        return back @ turn @ side @ to

    @staticmethod
    def sort(corners, boxes, vague):
        """A plate that is cut off or of a size that another scale of the pyramid finds is vague; one far too large is none."""
        x0, y0 = corners.min(0)
        x1, y1 = corners.max(0)
        seen = max(0, min(WIDTH, x1) - max(0, x0)) * max(0, min(HEIGHT, y1) - max(0, y0)) / max(1e-3, (x1 - x0) * (y1 - y0))
        w, h = x1 - x0, y1 - y0
        if seen <= 0.05:
            return
        cut = [max(0, x0), max(0, y0), min(WIDTH, x1) - max(0, x0), min(HEIGHT, y1) - max(0, y0)]
        if seen < 0.97 or w < 17 or h < 4.5 or w > 128 or h > 72:
            if w < 190:
                vague.append(cut)
        else:
            boxes.append([x0, y0, w, h])


def camera(rng, grey, night):
    """Blur, exposure, haze, noise, JPEG."""
    h, w = grey.shape
    if rng.random() < 0.5:
        grey = cv2.GaussianBlur(grey, (0, 0), float(rng.uniform(0.3, 1.2)))
    if rng.random() < 0.12:
        length = int(rng.integers(2, 6))
        kernel = np.zeros((length, length), np.float32)
        if rng.random() < 0.7:
            kernel[length // 2] = 1 / length
        else:
            np.fill_diagonal(kernel, 1 / length)
        grey = cv2.filter2D(grey, -1, kernel, borderType=cv2.BORDER_REFLECT)
    if rng.random() < 0.3:
        grey = grey * clouds(rng, h, w, 2, 0.5, 1.4)
    if rng.random() < 0.12:  # the sun in the lens
        yy, xx = np.mgrid[0:h, 0:w].astype(np.float32)
        d = np.hypot(xx - rng.uniform(0, w), yy - rng.uniform(-h, h * 0.5))
        grey = grey + rng.uniform(60, 220) * np.exp(-d / rng.uniform(40, 200))
    low, high = np.percentile(grey[::5, ::5], (1, 99))
    if rng.random() < 0.75:
        span = rng.uniform(60, 300) if not night else rng.uniform(40, 160)
        floor = rng.uniform(-25, 110) if not night else rng.uniform(-10, 20)
        grey = (grey - low) * (span / max(20.0, high - low)) + floor
    grey = 255 * np.clip(grey / 255, 0, 1) ** rng.uniform(0.6, 1.4)
    if rng.random() < 0.7:
        grey = grey + rng.standard_normal((h, w), np.float32) * float(rng.uniform(0.5, 9 if not night else 14))
    if rng.random() < 0.15:
        grey = grey + 0.6 * (grey - cv2.GaussianBlur(grey, (0, 0), 1.2))
    grey = np.clip(grey, 0, 255).astype(np.uint8)
    if rng.random() < 0.5:
        _, coded = cv2.imencode(".jpg", grey, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(35, 96))])
        grey = cv2.imdecode(coded, cv2.IMREAD_GRAYSCALE)
    return grey
