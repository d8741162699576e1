"""Paints 12-megapixel JPEGs with a photo's spectrum and hard edges: photos.py FOLDER [HOW_MANY]. Needs numpy and Pillow."""
import os, sys
import numpy as np
from PIL import Image

folder, many, width, height = sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 4, 4000, 3000
os.makedirs(folder, exist_ok=True)
rows, columns = np.mgrid[0:height, 0:width].astype(np.float32)
for number in range(many):
    chance = np.random.default_rng(100 + number)
    picture = np.zeros((height, width, 3), np.float32)
    for octave in range(2, 11):  # amplitude falls with frequency, as in natural scenes
        size = (max(2, (height << octave) // 4096), max(2, (width << octave) // 4096), 3)
        noise = chance.normal(0, 1, size).astype(np.float32)
        for channel in range(3):
            grown = Image.fromarray(noise[..., channel]).resize((width, height), Image.BICUBIC)
            picture[..., channel] += np.asarray(grown) * (60 / 1.7 ** (octave - 2))
    for _ in range(25):  # things with sharp outlines
        x, y, radius, squeeze = chance.uniform(0, width), chance.uniform(0, height), chance.uniform(60, 600), chance.uniform(.4, 2)
        picture[((columns - x) ** 2 + squeeze * (rows - y) ** 2) < radius**2] += chance.normal(0, 45, 3)
    picture += 128 + 40 * (rows / height - .5)[..., None]
    Image.fromarray(np.clip(picture, 0, 255).astype(np.uint8)).save(f"{folder}/photo-{number}.jpg", quality=92, subsampling=2)
