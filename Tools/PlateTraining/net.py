"""The net: a grey picture in, one cell for every 8 x 8 pixels out: how sure, and how far the plate's four edges are away.

All its layers are three kinds that the Swift side has: a dense 3 x 3 at the entrance, depthwise k x k, and pointwise.
"""
import torch
from torch import nn

STRIDE = 8


class Depthwise(nn.Module):
    """k x k for every channel by itself, then 1 x 1 over all channels; adds its input where nothing changes shape."""

    def __init__(self, inputs, outputs, size=3, stride=1):
        super().__init__()
        self.depth = nn.Conv2d(inputs, inputs, size, stride, size // 2, groups=inputs, bias=False)
        self.depth_norm = nn.BatchNorm2d(inputs)
        self.point = nn.Conv2d(inputs, outputs, 1, bias=False)
        self.point_norm = nn.BatchNorm2d(outputs)
        self.adds = stride == 1 and inputs == outputs

    def forward(self, x):
        y = torch.relu(self.depth_norm(self.depth(x)))
        y = torch.relu(self.point_norm(self.point(y)))
        return x + y if self.adds else y


class PlateNet(nn.Module):
    def __init__(self, first=16, quarter=32, eighth=48, sixteenth=80):
        super().__init__()
        self.entrance = nn.Conv2d(1, first, 3, 2, 1, bias=False)
        self.entrance_norm = nn.BatchNorm2d(first)
        self.fine = nn.Sequential(
            Depthwise(first, quarter, 3, 2), Depthwise(quarter, quarter),
            Depthwise(quarter, eighth, 3, 2), Depthwise(eighth, eighth), Depthwise(eighth, eighth))
        self.coarse = nn.Sequential(
            Depthwise(eighth, sixteenth, 3, 2), Depthwise(sixteenth, sixteenth, 5), Depthwise(sixteenth, sixteenth, 5),
            Depthwise(sixteenth, sixteenth, 5), Depthwise(sixteenth, sixteenth, 5))
        self.back = nn.Conv2d(sixteenth, eighth, 1)
        self.last = Depthwise(eighth, eighth)
        self.head = nn.Conv2d(eighth, 5, 1)
        nn.init.constant_(self.head.bias[0:1], -4.0)
        nn.init.constant_(self.head.bias[1:], 1.0)
        nn.init.normal_(self.head.weight, std=0.01)

    def forward(self, x):
        """x: n x 1 x h x w, bytes as floats, h and w multiples of 16. Returns n x 5 x h/8 x w/8: logit, then left, top,
        right, bottom as the logarithm of pixels over 8."""
        x = torch.relu(self.entrance_norm(self.entrance((x - 128) / 64)))
        fine = self.fine(x)
        coarse = self.back(self.coarse(fine))
        y = fine + nn.functional.interpolate(coarse, scale_factor=2, mode="nearest")
        return self.head(self.last(y))


def boxes_of(raw):
    """Edges x0, y0, x1, y1 in pixels for each cell, n x 4 x h x w."""
    n, _, h, w = raw.shape
    far = torch.exp(raw[:, 1:].clamp(-4, 4)) * STRIDE
    x = (torch.arange(w) + 0.5) * STRIDE
    y = ((torch.arange(h) + 0.5) * STRIDE)[:, None]
    return torch.stack([x - far[:, 0], y - far[:, 1], x + far[:, 2], y + far[:, 3]], 1)
