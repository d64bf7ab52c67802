"""Writes a trained net as the daemon carries it, and what it answers on a drawn picture for the test that compares:

python export.py NET.pt ../../Sources/FrameSelect/Plates/plate-net.f16 ../../Tests/FrameSelectTests/PlateNetAnswers.swift

The file is a row of half-precision numbers, little-endian, layer after layer as PlateNet.swift takes them, with every
batch normalisation multiplied into the layer before it: entrance (9 taps x channels, biases), then of each block the
depthwise taps x channels and biases and the pointwise weights and biases, for every eight outputs together.
"""
import sys

import numpy as np
import torch

from net import PlateNet

WIDTH, HEIGHT = 64, 48
ANSWERS = """/// What the trained net answers where it was trained, cell after cell: written by `Tools/PlateTraining/export.py`.
enum PlateNetAnswers {
  static let cells: [[Float]] = [
%s
  ]
}
"""


def folded(conv, norm):
    """Weights and biases of a convolution with the normalisation after it."""
    weight = conv.weight.detach().double()
    bias = conv.bias.detach().double() if conv.bias is not None else torch.zeros(len(weight), dtype=torch.double)
    if norm is None:
        return weight, bias
    scale = norm.weight.detach().double() / torch.sqrt(norm.running_var.double() + norm.eps)
    return weight * scale.view(-1, 1, 1, 1), (bias - norm.running_mean.double()) * scale + norm.bias.detach().double()


def taps(weight, bias):
    """Depthwise or entrance: tap after tap, channels together."""
    return [weight[:, 0].permute(1, 2, 0).reshape(-1), bias]


def panels(weight, bias):
    """Pointwise: for each eight outputs the eight of every input, then their biases."""
    weight, parts = weight[:, :, 0, 0], []
    for first in range(0, len(weight), 8):
        parts += [weight[first : first + 8].t().reshape(-1), bias[first : first + 8]]
    return parts


def block(layer):
    return taps(*folded(layer.depth, layer.depth_norm)) + panels(*folded(layer.point, layer.point_norm))


def parameters(net):
    parts = taps(*folded(net.entrance, net.entrance_norm))
    for layer in [*net.fine, *net.coarse]:
        parts += block(layer)
    parts += panels(*folded(net.back, None)) + block(net.last)
    weight, bias = folded(net.head, None)
    parts += panels(torch.cat([weight, torch.zeros_like(weight[:3])]), torch.cat([bias, torch.zeros_like(bias[:3])]))
    return torch.cat(parts).numpy()


def round_to_half(net):
    """The net with every layer's numbers as the file has them, normalisations gone."""
    pairs = [(net, "entrance")] + [(b, n) for b in [*net.fine, *net.coarse, net.last] for n in ("depth", "point")]
    for owner, name in pairs:
        conv = getattr(owner, name)
        weight, bias = folded(conv, getattr(owner, name + "_norm"))
        plain = torch.nn.Conv2d(conv.in_channels, conv.out_channels, conv.kernel_size, conv.stride, conv.padding, groups=conv.groups)
        plain.weight.data, plain.bias.data = weight.half().float(), bias.half().float()
        setattr(owner, name, plain)
        setattr(owner, name + "_norm", torch.nn.Identity())
    for conv in (net.back, net.head):
        conv.weight.data, conv.bias.data = conv.weight.data.half().float(), conv.bias.data.half().float()
    return net


def picture():
    """A light board with dark strokes on a slope of grey: whole numbers, so that every language draws it alike."""
    rows = []
    for y in range(HEIGHT):
        for x in range(WIDTH):
            value = 60 + x + (x * 7 + y * 13) % 11
            if 14 <= x < 50 and 18 <= y < 28:
                value = 225 if x in (14, 49) or y in (18, 27) or (x // 2 + y // 5) % 3 else 30
            rows.append(value)
    return np.array(rows, np.float32).reshape(1, 1, HEIGHT, WIDTH)


def main():
    source, weights, answers = sys.argv[1:4]
    net = PlateNet()
    net.load_state_dict(torch.load(source))
    net.eval()
    parameters(net).astype("<f2").tofile(weights)
    with torch.no_grad():
        answer = round_to_half(net)(torch.from_numpy(picture()))[0]
    cells = answer.permute(1, 2, 0).reshape(-1, 5)
    rows = "\n".join("    [" + ", ".join(f"{v:.4f}" for v in row) + "]," for row in cells.tolist())
    with open(answers, "w") as file:
        file.write(ANSWERS % rows)


if __name__ == "__main__":
    main()
