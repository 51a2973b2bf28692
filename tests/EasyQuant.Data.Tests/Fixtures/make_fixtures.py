#!/usr/bin/python3
"""Writes the fixtures beside this script. They are what Pillow and NumPy make of the same input, the reference for decoding, resizing and arrays."""
import os
import numpy as np
from PIL import Image

os.chdir(os.path.dirname(os.path.abspath(__file__)))
rng = np.random.default_rng(7)
y, x = np.mgrid[0:29, 0:37]
smooth = np.stack([x * 6, y * 8, (x + y) * 3], -1).astype(np.uint8)
color = Image.fromarray(np.clip(smooth.astype(int) + rng.integers(-20, 20, smooth.shape), 0, 255).astype(np.uint8))
noise = Image.fromarray(rng.integers(0, 256, (29, 37, 3), dtype=np.uint8))

color.save("color.jpg", quality=85)
color.save("progressive.jpg", quality=85, progressive=True)
color.convert("L").save("grey.jpg", quality=85)
color.convert("CMYK").save("cmyk.jpg", quality=85)
noise.save("color.png")
noise.convert("L").save("grey.png")
noise.quantize(16).save("palette.png")
alpha = noise.convert("RGBA"); alpha.putalpha(Image.fromarray(rng.integers(0, 256, (29, 37), dtype=np.uint8))); alpha.save("alpha.png")
noise.save("color.bmp")
noise.quantize(200).save("palette8.bmp")
noise.convert("1").save("bits.bmp")
noise.save("color.ppm")
noise.convert("L").save("grey.pgm")

names = ["color.jpg", "progressive.jpg", "grey.jpg", "cmyk.jpg", "color.png", "grey.png", "palette.png", "alpha.png",
         "color.bmp", "palette8.bmp", "bits.bmp", "color.ppm", "grey.pgm"]
np.savez_compressed("decoded.npz", **{n: np.asarray(Image.open(n).convert("RGB")) for n in names})

filters = {"Nearest": Image.NEAREST, "Bilinear": Image.BILINEAR, "Bicubic": Image.BICUBIC}
sizes = [(16, 12), (50, 41), (37, 12), (23, 29), (3, 2), (1, 1), (36, 28), (111, 5)]
np.savez_compressed("resized.npz", **{f"{f} {w}x{h} {m}": np.asarray(noise.convert(m).resize((w, h), filters[f]))
                                      for f in filters for w, h in sizes for m in ("RGB", "L")})

# What the evaluation of classifiers does: the short side to N, the centre cut out.
def framed(image, size, short):
    w, h = image.size; s = short / min(w, h)
    image = image.resize((round(w * s), round(h * s)), Image.BILINEAR); w, h = image.size
    l, t = (w - size) // 2, (h - size) // 2
    return np.asarray(image.crop((l, t, l + size, t + size)))
np.savez_compressed("framed.npz", **{f"{name} {size} {short}": framed(Image.open(name).convert("RGB"), size, short)
                                     for name in ("color.jpg", "color.png") for size, short in [(16, 18), (24, 27), (21, 24), (32, 37)]})

a = np.arange(24, dtype=np.float64).reshape(2, 3, 4) / 8 - 1
for code in ["<f2", "<f4", "<f8", ">f4", ">f8", "<i2", ">i2", "<i4", "<i8", ">i8", "|u1", "|i1", "<u2", "<u4", "<u8"]:
    np.save(f"c_{code[1:]}{'_big' if code[0] == '>' else ''}.npy", (a * 8 + (8 if 'u' in code else 0)).astype(code))
np.save("bool.npy", a > 0)
np.save("fortran.npy", np.asfortranarray(a.astype(np.float32)))
np.save("scalar.npy", np.float32(2.5))
np.save("vector.npy", np.arange(3, dtype=np.int64))
np.save("object.npy", np.array([{}], dtype=object), allow_pickle=True)
for version in [(2, 0), (3, 0)]:
    with open(f"version{version[0]}.npy", "wb") as f:
        np.lib.format.write_array(f, a.astype(np.float32), version=version)
