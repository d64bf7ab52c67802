"""What is taken for plates and is none: signs, shop fronts, bars, bricks, windows, books, bar codes, painted roads."""
import numpy as np

from drawing import DIGITS, LATIN, LETTERS, box, choice, ellipse, ink, polygon, rounded, stamp, text_of
from vehicles import words


def sign(rng, fonts, grey):
    """A board with one to four lines of text, of any size and shape, light on dark or dark on light."""
    h, w = grey.shape
    height = float(np.exp(rng.uniform(np.log(8), np.log(140))))
    width = height * float(np.exp(rng.uniform(np.log(0.4), np.log(7))))
    x, y = rng.uniform(-width / 2, w - width / 2), rng.uniform(-height / 2, h - height / 2)
    ground = rng.uniform(10, 250)
    letter = choice(rng, [rng.uniform(0, 60), rng.uniform(190, 255)]) if 80 < ground < 180 else (rng.uniform(0, 70) if ground > 128 else rng.uniform(170, 255))
    if rng.random() < 0.75:
        polygon(grey, rounded(x, y, width, height, rng.uniform(0, height * 0.3)) if rng.random() < 0.7 else box(x, y, width, height, rng.uniform(-5, 5)), ground)
    lines = int(rng.integers(1, 5)) if width / height < 3 else int(rng.integers(1, 3))
    path = choice(rng, fonts.latin)
    for i in range(lines):
        size = height / lines * rng.uniform(0.4, 0.75)
        if size < 4:
            continue
        text = " ".join(words(rng) for _ in range(int(rng.integers(1, 3))))
        mask = ink(fonts, path, text, size)
        if mask is not None and mask.shape[1] < 900:
            mask = mask[:, : max(2, int(width * 1.3))]
            stamp(grey, mask, x + (width - mask.shape[1]) / 2, y + height * (i + 0.15) / lines, letter)


def number(rng, fonts, grey):
    """A house number, a race number, a bib, a clock, a bus's destination."""
    h, w = grey.shape
    size = float(np.exp(rng.uniform(np.log(8), np.log(120))))
    mask = ink(fonts, choice(rng, fonts.bold), text_of(rng, DIGITS if rng.random() < 0.8 else LATIN, int(rng.integers(1, 4))), size)
    if mask is None:
        return
    x, y, value = rng.uniform(0, w - 10), rng.uniform(0, h - 10), rng.uniform(0, 255)
    if rng.random() < 0.6:
        polygon(grey, ellipse(x + mask.shape[1] / 2, y + size / 2, mask.shape[1] * 0.8, size * 0.8), 255 - value)
    stamp(grey, mask, x, y, value)


def bars(rng, fonts, grey):
    """Railings, shutters, vents, keyboards, bar codes: many of one thing in a row."""
    h, w = grey.shape
    width, height = np.exp(rng.uniform(np.log(20), np.log(360))), np.exp(rng.uniform(np.log(12), np.log(220)))
    x, y = rng.uniform(-width / 2, w - width / 2), rng.uniform(-height / 2, h - height / 2)
    if rng.random() < 0.6:
        polygon(grey, box(x, y, width, height), rng.uniform(0, 255))
    value, even = rng.uniform(0, 255), rng.random() < 0.6
    count = int(rng.integers(4, 24))
    at, pitch, upright = 0.0, 1 / count, rng.random() < 0.6
    while at < 1:
        thick = pitch * (0.45 if even else rng.uniform(0.15, 0.9))
        if upright:
            polygon(grey, box(x + at * width, y, thick * width, height), value)
        else:
            polygon(grey, box(x, y + at * height, width, thick * height), value)
        at += pitch if even else thick + pitch * rng.uniform(0.2, 0.8)


def grid(rng, fonts, grey):
    """Windows of a house, bricks, tiles, a chessboard."""
    h, w = grey.shape
    cw, ch = np.exp(rng.uniform(np.log(8), np.log(90))), np.exp(rng.uniform(np.log(8), np.log(80)))
    columns, rows = int(rng.integers(2, 9)), int(rng.integers(1, 7))
    x, y = rng.uniform(-cw, w - cw), rng.uniform(-ch, h - ch)
    value, gap = rng.uniform(0, 255), rng.uniform(0.05, 0.6)
    shift = cw / 2 if rng.random() < 0.3 else 0
    if rng.random() < 0.6:
        polygon(grey, box(x, y, cw * columns, ch * rows), rng.uniform(0, 255))
    for r in range(rows):
        for c in range(columns):
            shade = value + rng.normal(0, 12)
            px, py = x + c * cw + (shift if r % 2 else 0), y + r * ch
            polygon(grey, box(px, py, cw * (1 - gap), ch * (1 - gap)), shade)
            if cw > 18 and rng.random() < 0.3:
                polygon(grey, box(px + cw * (1 - gap) * 0.45, py, cw * 0.05, ch * (1 - gap)), 255 - shade)


def blank(rng, fonts, grey):
    """A light or dark rectangle of a plate's shape with nothing or blots on it: lamps, vents, stickers, stones."""
    h, w = grey.shape
    height = np.exp(rng.uniform(np.log(8), np.log(90)))
    width = height * rng.uniform(1.0, 5)
    x, y, value = rng.uniform(0, w - 10), rng.uniform(0, h - 10), rng.uniform(0, 255)
    polygon(grey, rounded(x, y, width, height, rng.uniform(0, height * 0.4)), value)
    for _ in range(int(rng.integers(0, 7))):
        s = height * rng.uniform(0.1, 0.4)
        polygon(grey, ellipse(x + width * rng.random(), y + height * rng.random(), s, s), value + rng.normal(0, 60))


def lines(rng, fonts, grey):
    """Paint on the road, edges, cables."""
    h, w = grey.shape
    value = rng.uniform(120, 255)
    for _ in range(int(rng.integers(1, 4))):
        x, y, dx, dy, t = rng.uniform(0, w), rng.uniform(0, h), rng.normal(0, w), rng.normal(0, h), rng.uniform(2, 24)
        polygon(grey, [(x, y), (x + dx, y + dy), (x + dx + t, y + dy + t), (x + t, y + t)], value, rng.uniform(0.5, 1))


KINDS = [sign, sign, sign, number, bars, bars, grid, blank, blank, lines]


def clutter(rng, fonts, grey, count):
    for _ in range(count):
        choice(rng, KINDS)(rng, fonts, grey)
