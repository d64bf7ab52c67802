"""Trains the net on what `draw.py` draws: python train.py RING... OUT.pt [--minutes 20] [--start OLD.pt] [--rate 3e-3]"""
import argparse
import copy
import math
import time

import numpy as np
import torch

from draw import KIND
from net import STRIDE, PlateNet, boxes_of


def targets(boxes, h, w):
    """Which cell answers for which box: those about its middle; the rest of a box is neither right nor wrong."""
    n, k, _ = boxes.shape
    x = ((torch.arange(w) + 0.5) * STRIDE).view(1, 1, 1, w)
    y = ((torch.arange(h) + 0.5) * STRIDE).view(1, 1, h, 1)
    left, top = boxes[..., 0].view(n, k, 1, 1), boxes[..., 1].view(n, k, 1, 1)
    bw, bh = boxes[..., 2].view(n, k, 1, 1), boxes[..., 3].view(n, k, 1, 1)
    real = bw > 0
    dx, dy = (x - left - bw / 2).abs(), (y - top - bh / 2).abs()
    middle = real & (dx <= torch.clamp(bw * 0.2, min=STRIDE * 0.51)) & (dy <= torch.clamp(bh * 0.25, min=STRIDE * 0.51))
    around = real & (dx <= bw * 0.5) & (dy <= bh * 0.5)
    owner = middle.float().argmax(1)
    edges = torch.stack([left, top, left + bw, top + bh], 2)[..., 0, 0]
    chosen = torch.gather(edges[:, :, :, None, None].expand(n, k, 4, h, w), 1, owner[:, None, None].expand(n, 1, 4, h, w))[:, 0]
    return middle.any(1), around.any(1), chosen


def overlap(a, b):
    """IoU and GIoU of boxes x0, y0, x1, y1 along dimension 1."""
    inter = (torch.minimum(a[:, 2], b[:, 2]) - torch.maximum(a[:, 0], b[:, 0])).clamp(min=0) * (torch.minimum(a[:, 3], b[:, 3]) - torch.maximum(a[:, 1], b[:, 1])).clamp(min=0)
    area = lambda q: (q[:, 2] - q[:, 0]) * (q[:, 3] - q[:, 1])
    union = area(a) + area(b) - inter
    hull = (torch.maximum(a[:, 2], b[:, 2]) - torch.minimum(a[:, 0], b[:, 0])) * (torch.maximum(a[:, 3], b[:, 3]) - torch.minimum(a[:, 1], b[:, 1]))
    iou = inter / union.clamp(min=1e-3)
    return iou, iou - (hull - union) / hull.clamp(min=1e-3)


def loss_of(raw, boxes, vague):
    n, _, h, w = raw.shape
    right, around, edges = targets(boxes, h, w)
    _, unsure, _ = targets(vague, h, w)
    iou, giou = overlap(boxes_of(raw), edges)
    count = right.sum().clamp(min=1)
    goal = torch.where(right, iou.detach().clamp(0, 1), torch.zeros_like(iou))
    logit = raw[:, 0]
    counts = right | ~(around | unsure)
    weight = (goal - torch.sigmoid(logit)).abs() ** 2 * counts
    sure = (weight.detach() * torch.nn.functional.binary_cross_entropy_with_logits(logit, goal, reduction="none")).sum() / count
    place = ((1 - giou) * right).sum() / count
    return sure, place, (iou * right).sum() / count


def batches(paths, size, rng):
    """Random pictures of the rings, each ring as often as the others, mirrored and relit by chance."""
    rings = [np.memmap(path, KIND, "r") for path in paths]
    while True:
        rows = []
        while len(rows) < size:
            ring = rings[int(rng.integers(len(rings)))]
            row = ring[int(rng.integers(len(ring)))]
            if row["filled"]:
                rows.append(row)
        pictures = np.stack([r["picture"] for r in rows]).astype(np.float32)
        boxes, vague = np.stack([r["boxes"] for r in rows]), np.stack([r["vague"] for r in rows])
        width = pictures.shape[2]
        for i in range(size):
            if rng.random() < 0.5:
                pictures[i] = pictures[i, :, ::-1]
                for b in (boxes[i], vague[i]):
                    b[:, 0] = np.where(b[:, 2] > 0, width - b[:, 0] - b[:, 2], -1)
            if rng.random() < 0.5:
                pictures[i] = np.clip(pictures[i] * rng.uniform(0.7, 1.3) + rng.uniform(-30, 30), 0, 255)
        yield torch.from_numpy(pictures[:, None]), torch.from_numpy(boxes), torch.from_numpy(vague)


def main():
    ask = argparse.ArgumentParser()
    ask.add_argument("rings", nargs="+")
    ask.add_argument("out")
    ask.add_argument("--minutes", type=float, default=20)
    ask.add_argument("--start")
    ask.add_argument("--rate", type=float, default=3e-3)
    ask.add_argument("--batch", type=int, default=32)
    say = ask.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(1)
    net = PlateNet().to(memory_format=torch.channels_last)
    if say.start:
        net.load_state_dict(torch.load(say.start))
    net.train()
    mean = copy.deepcopy(net).eval()
    optimiser = torch.optim.AdamW(net.parameters(), lr=say.rate, weight_decay=1e-3)
    rng = np.random.default_rng()
    begin, step, shown = time.time(), 0, [0.0, 0.0, 0.0]
    for pictures, boxes, vague in batches(say.rings, say.batch, rng):
        done = (time.time() - begin) / 60 / say.minutes
        if done >= 1:
            break
        rate = say.rate * min(1, (step + 1) / 200) * (0.5 + 0.5 * math.cos(math.pi * done)) + 1e-5
        for group in optimiser.param_groups:
            group["lr"] = rate
        sure, place, iou = loss_of(net(pictures.to(memory_format=torch.channels_last)), boxes, vague)
        optimiser.zero_grad()
        (sure + 1.5 * place).backward()
        torch.nn.utils.clip_grad_norm_(net.parameters(), 5.0)
        optimiser.step()
        step += 1
        keep = min(0.998, step / (step + 20))
        with torch.no_grad():
            for a, b in zip(mean.state_dict().values(), net.state_dict().values()):
                if a.dtype.is_floating_point:
                    a.mul_(keep).add_(b, alpha=1 - keep)
                else:
                    a.copy_(b)
        for i, value in enumerate((sure, place, iou)):
            shown[i] += float(value.detach())
        if step % 100 == 0:
            print(f"{step} {time.time() - begin:.0f} s sure {shown[0] / 100:.3f} place {shown[1] / 100:.3f} iou {shown[2] / 100:.3f}", flush=True)
            shown = [0.0, 0.0, 0.0]
        if step % 500 == 0:
            torch.save(mean.state_dict(), say.out)
    torch.save(mean.state_dict(), say.out)


if __name__ == "__main__":
    main()
