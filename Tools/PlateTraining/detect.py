"""The pyramid and the grouping in Python, as Sources/FrameSelect/Plates has them: for judging a net before it is exported.

python detect.py NET.pt DATA [--threshold 0.4] writes DATA's predictions to pred.json, to be scored with score_plates.py.
"""
import argparse
import json
import os

import cv2
import numpy as np
import torch

from net import PlateNet, boxes_of

WIDEST = 640
LEVELS = 4


def level_sizes(width, height):
    """Sizes of the pyramid's pictures, largest first: 640 pixels on the long side or the picture's own size, then halves."""
    scale = min(1.0, WIDEST / max(width, height))
    sizes = []
    for level in range(LEVELS):
        w, h = int(width * scale / 2**level + 0.5), int(height * scale / 2**level + 0.5)
        if min(w, h) < 48 and level > 0:
            break
        sizes.append((max(1, w), max(1, h)))
    return sizes


def candidates(net, grey, threshold):
    found = []
    height, width = grey.shape
    picture = grey
    for w, h in level_sizes(width, height):
        picture = cv2.resize(picture, (w, h), interpolation=cv2.INTER_AREA)
        pw, ph = (w + 15) // 16 * 16, (h + 15) // 16 * 16
        padded = cv2.copyMakeBorder(picture, 0, ph - h, 0, pw - w, cv2.BORDER_REPLICATE)
        with torch.no_grad():
            raw = net(torch.from_numpy(padded.astype(np.float32))[None, None])
        sure = torch.sigmoid(raw[0, 0]).numpy()
        boxes = boxes_of(raw)[0].numpy()
        for y, x in zip(*np.nonzero(sure >= threshold)):
            x0, y0, x1, y1 = map(float, boxes[:, y, x])
            found.append((float(sure[y, x]), x0 * width / w, y0 * height / h, x1 * width / w, y1 * height / h, w))
    return found


def group(found, overlap=0.1):
    """Of candidates that overlap, the surest speaks; its box is the mean of those that agree with it closely."""
    found = sorted(found, reverse=True)
    plates = []
    while found:
        best = found[0]
        def iou(a, b):
            w, h = min(a[3], b[3]) - max(a[1], b[1]), min(a[4], b[4]) - max(a[2], b[2])
            if w <= 0 or h <= 0:
                return 0, 0
            sa, sb = (a[3] - a[1]) * (a[4] - a[2]), (b[3] - b[1]) * (b[4] - b[2])
            return w * h / (sa + sb - w * h), w * h / min(sa, sb)
        near = [f for f in found if iou(best, f)[0] > 0.6]
        weight = sum(f[0] ** 2 for f in near)
        box = [sum(f[i] * f[0] ** 2 for f in near) / weight for i in range(1, 5)]
        plates.append((best[0], box))
        found = [f for f in found[1:] if iou(best, f)[0] <= overlap and iou(best, f)[1] <= 0.6]
    return plates


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("net")
    ask.add_argument("data")
    ask.add_argument("--threshold", type=float, default=0.4)
    ask.add_argument("--out", default="pred.json")
    ask.add_argument("--sheet")
    say = ask.parse_args()
    torch.set_num_threads(1)
    net = PlateNet()
    net.load_state_dict(torch.load(say.net))
    net.eval()
    truth = json.load(open(os.path.join(say.data, "plates.json")))
    out, raw = {}, {}
    tiles = []
    for image in truth["images"]:
        grey = cv2.imread(os.path.join(say.data, image["file"]), cv2.IMREAD_GRAYSCALE)
        plates = group(candidates(net, grey, 0.05))
        raw[image["file"]] = [[b[0], b[1], b[2] - b[0], b[3] - b[1], s] for s, b in plates]
        out[image["file"]] = [p for p in raw[image["file"]] if p[4] >= say.threshold]
        if say.sheet:
            c = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
            t = max(1, c.shape[1] // 300)
            for x, y, w, h in image["boxes"]:
                cv2.rectangle(c, (int(x), int(y)), (int(x + w), int(y + h)), (0, 255, 0), t)
            for x, y, w, h, s in raw[image["file"]]:
                if s > 0.15:
                    cv2.rectangle(c, (int(x), int(y)), (int(x + w), int(y + h)), (0, 0, 255) if s >= say.threshold else (255, 128, 0), t)
                    cv2.putText(c, f"{s:.2f}", (int(x), int(y) - 3), 0, 0.5 * t, (0, 255, 255), t)
            k = min(320 / c.shape[1], 240 / c.shape[0])
            c = cv2.resize(c, None, fx=k, fy=k, interpolation=cv2.INTER_AREA)
            tile = np.zeros((240, 320, 3), np.uint8)
            tile[: c.shape[0], : c.shape[1]] = c
            tiles.append(tile)
    json.dump({"images": out}, open(say.out, "w"))
    json.dump({"images": raw}, open(say.out + ".all", "w"))
    if say.sheet:
        while len(tiles) % 8:
            tiles.append(tiles[0] * 0)
        rows = [np.hstack(tiles[i : i + 8]) for i in range(0, len(tiles), 8)]
        for i in range(0, len(rows), 5):
            cv2.imwrite(f"{say.sheet}{i // 5}.png", np.vstack(rows[i : i + 5]))


if __name__ == "__main__":
    main()
