"""Openly licensed photographs and textures out of Debian packages, by name: ground and counter-examples, none with a plate.

Download and unpack them, as any user, without installing:

    mkdir debs && cd debs && apt-get download PACKAGES && for d in *.deb; do dpkg -x $d ../root; done
"""
import glob
import os

import cv2
import numpy as np

PACKAGES = """
gnome-backgrounds plasma-workspace-wallpapers ukui-wallpapers mate-backgrounds lomiri-wallpapers-16.04 lomiri-wallpapers-20.04
tuxpaint-stamps-default torcs-data gcompris-qt-data python3-skimage opencv-doc trigger-rally-data
fonts-dejavu-core fonts-dejavu-extra fonts-liberation2 fonts-freefont-ttf fonts-urw-base35 fonts-roboto-unhinted fonts-wqy-zenhei
fonts-thai-tlwg fonts-kacst-one fonts-hosny-amiri fonts-cantarell fonts-open-sans fonts-lato fonts-play fonts-dosis fonts-ocr-a
fonts-hack fonts-firacode fonts-inconsolata fonts-comfortaa fonts-bebas-neue fonts-b612
""".split()
FOLDERS = [
    ("usr/share/backgrounds", 40), ("usr/share/wallpapers", 40), ("usr/share/games", 20), ("usr/share/tuxpaint/stamps", 40),
    ("usr/share/doc/opencv-doc/examples", 20), ("usr/lib/python3/dist-packages/skimage/data", 20), ("usr/share/gcompris-qt", 40),
]
# `licenseplate_motion` has a plate on it; frames of `vtest.avi` serve tests elsewhere.
LEFT_OUT = ("licenseplate", "vtest", "opencv4/html", "/vehicles/", "/cars/")
LARGEST = 1400


def load(root):
    """All of them, grey, no side longer than 1400 pixels, in a fixed order; kept beside `root` for the next time."""
    kept = os.path.join(root, "photographs.npz")
    if os.path.exists(kept):
        with np.load(kept) as file:
            return [file[name] for name in file.files]
    pictures = []
    for folder, least in FOLDERS:
        files = []
        for kind in ("jpg", "jpeg", "png", "webp", "JPG"):
            files += glob.glob(os.path.join(root, folder, "**", "*." + kind), recursive=True)
        for file in sorted(files):
            if any(word in file for word in LEFT_OUT) or os.path.getsize(file) < least * 1024:
                continue
            picture = cv2.imread(file, cv2.IMREAD_REDUCED_GRAYSCALE_2 if os.path.getsize(file) > 1_500_000 else cv2.IMREAD_GRAYSCALE)
            if picture is None or min(picture.shape) < 60:
                continue
            scale = LARGEST / max(picture.shape)
            if scale < 1:
                picture = cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            if float(picture.std()) > 4:
                pictures.append(picture)
    np.savez(kept, *pictures)
    return pictures


def crop(rng, pictures, height, width):
    """A random part of a random picture at a random scale, mirrored or not."""
    picture = pictures[int(rng.integers(len(pictures)))]
    ph, pw = picture.shape
    fit = max(height / ph, width / pw)
    scale = fit * float(np.exp(rng.uniform(0, np.log(max(1.0, 1.6 / fit))))) if fit < 1.6 else fit
    ch, cw = min(ph, int(np.ceil(height / scale))), min(pw, int(np.ceil(width / scale)))
    y, x = int(rng.integers(0, ph - ch + 1)), int(rng.integers(0, pw - cw + 1))
    part = cv2.resize(picture[y : y + ch, x : x + cw], (width, height), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    if rng.random() < 0.5:
        part = part[:, ::-1]
    return np.ascontiguousarray(part)
