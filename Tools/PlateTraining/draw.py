"""Fills a ring of samples on disk, for ever, while `train.py` reads it: python draw.py ROOT RING [SEED [COUNT]]"""
import os
import sys

import numpy as np

import photographs
import scenes
from drawing import Fonts

LENGTH = 40000
MOST = 4
KIND = np.dtype([("picture", np.uint8, (scenes.HEIGHT, scenes.WIDTH)), ("boxes", np.float32, (MOST, 4)), ("vague", np.float32, (MOST, 4)), ("filled", np.uint8)])


def record(row, sample):
    picture, boxes, vague = sample
    row["picture"] = picture
    for name, values in (("boxes", boxes), ("vague", vague)):
        row[name] = -1
        row[name][: min(MOST, len(values))] = values[:MOST]
    row["filled"] = 1


def main():
    root, path = sys.argv[1:3]
    seed = int(sys.argv[3]) if len(sys.argv) > 3 else 1
    count = int(sys.argv[4]) if len(sys.argv) > 4 else 0
    length = count or LENGTH
    import cv2
    cv2.setNumThreads(1)
    rng = np.random.default_rng(seed)
    fonts, pictures = Fonts(root), photographs.load(root)
    # Every tenth photograph is kept for judging, never learned from.
    pictures = [p for i, p in enumerate(pictures) if (i % 10 == 9) == bool(count)]
    ring = np.memmap(path, KIND, "r+" if os.path.exists(path) else "w+", shape=(length,))
    at, drawn = seed * 7919 % length if not count else 0, 0
    while not count or drawn < count:
        if drawn % 3000 == 0:
            source = scenes.Scenes(fonts, pictures, scenes.Scenes.plate_bank(rng, fonts, 1000))
        record(ring[at], source.sample(rng))
        at, drawn = (at + 1) % length, drawn + 1


if __name__ == "__main__":
    main()
