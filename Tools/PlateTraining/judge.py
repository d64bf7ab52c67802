"""Judges a net on pictures it did not learn from: python judge.py NET.pt HELD-OUT

For each threshold: the plates found (IoU 0.5, one scale only), and the false alarms per picture on those without plates.
"""
import sys

import numpy as np
import torch

from detect import group
from draw import KIND
from net import PlateNet, boxes_of

THRESHOLDS = [0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.7]


def iou(a, b):
    w, h = min(a[2], b[2]) - max(a[0], b[0]), min(a[3], b[3]) - max(a[1], b[1])
    shared = max(0, w) * max(0, h)
    return shared / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - shared)


def main():
    torch.set_num_threads(1)
    net = PlateNet()
    net.load_state_dict(torch.load(sys.argv[1]))
    net.eval()
    truths, found, alarms, bare, ratios = 0, np.zeros(len(THRESHOLDS)), np.zeros(len(THRESHOLDS)), 0, []
    for row in np.memmap(sys.argv[2], KIND, "r"):
        with torch.no_grad():
            raw = net(torch.from_numpy(row["picture"].astype(np.float32))[None, None])
        sure, boxes = torch.sigmoid(raw[0, 0]).numpy(), boxes_of(raw)[0].numpy()
        plates = group([(float(sure[y, x]), *map(float, boxes[:, y, x])) for y, x in zip(*np.nonzero(sure >= 0.2))])
        truth = [(x, y, x + w, y + h) for x, y, w, h in row["boxes"] if w > 0]
        unclear = any(w > 0 for _, _, w, _ in row["vague"])
        truths += len(truth)
        for i, threshold in enumerate(THRESHOLDS):
            kept = [box for score, box in plates if score >= threshold]
            for t in truth:
                best = max(((iou(t, k), k) for k in kept), default=(0, None))
                if best[0] >= 0.5:
                    found[i] += 1
                    if i == 0:
                        k = best[1]
                        ratios.append((k[2] - k[0]) * (k[3] - k[1]) / ((t[2] - t[0]) * (t[3] - t[1])))
            if not truth and not unclear:
                alarms[i] += len(kept)
        bare += not truth and not unclear
    for i, threshold in enumerate(THRESHOLDS):
        print(f"{threshold:.2f}: found {found[i] / truths:.3f} of {truths}, false alarms {alarms[i] / bare:.3f} per picture without plates")
    ratios = np.array(ratios)
    print(f"area found / true: median {np.median(ratios):.3f}, error {np.median(np.abs(ratios - 1)):.3f}")


if __name__ == "__main__":
    main()
