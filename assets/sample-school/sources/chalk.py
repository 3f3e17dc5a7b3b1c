"""Chalk on a green board: strokes, letters, and a photograph of the result.

Positions are board units: the board is 1920 wide and 1080 high at every scale. Each
drawing call returns an `Ink` (a patch of coverage and one colour), so that a picture can
lay all of them at once and a recording one after another.
"""

import math
import random
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

WIDTH, HEIGHT = 1920, 1080
WHITE, YELLOW, RED, BLUE, GREEN = (238, 240, 234), (250, 226, 120), (245, 150, 150), (140, 200, 245), (160, 225, 160)
SUPER = 2  # letters and lines are drawn this much larger, then reduced

FONTS = Path(__file__).resolve().parent / "build" / "node_modules" / "@expo-google-fonts"
FACES = {
    "klee": FONTS / "klee-one/600SemiBold/KleeOne_600SemiBold.ttf",
    "yomogi": FONTS / "yomogi/400Regular/Yomogi_400Regular.ttf",
    "kurenaido": FONTS / "zen-kurenaido/400Regular/ZenKurenaido_400Regular.ttf",
}
# Faces whose strokes are thinner than chalk, and by how much of the size.
THICKEN = {"klee": 0.012, "yomogi": 0.028, "kurenaido": 0.026}


@dataclass
class Ink:
    """Coverage of one stroke or text on the board, in pixels."""

    x: int
    y: int
    alpha: np.ndarray  # 0..1, height x width
    colour: tuple
    way: str = "right"  # how it appears: to the right, or down


def blurred(array, radius):
    image = Image.fromarray(np.clip(array, 0, 255).astype(np.uint8))
    return np.asarray(image.filter(ImageFilter.GaussianBlur(radius)), dtype=np.float32)


def noise(rng, height, width, radius):
    """Noise of mean 0 and deviation 1 whose grains are about `radius` pixels."""
    # Made small and enlarged: a blur of wide noise loses its depth to 8-bit steps.
    step = max(1, int(radius))
    small = rng.normal(0, 1, (height // step + 2, width // step + 2)).astype(np.float32)
    image = Image.fromarray(small, mode="F").resize((width, height), Image.BICUBIC)
    array = np.asarray(image, dtype=np.float32)
    return (array - array.mean()) / (array.std() + 1e-6)


class Board:
    """A board of `scale` pixels per unit; `face` is the hand it is written in."""

    def __init__(self, scale, face="yomogi", seed=1, smooth=False):
        self.scale, self.face, self.seed = scale, face, seed
        self.rand = random.Random(seed)
        self.w, self.h = round(WIDTH * scale), round(HEIGHT * scale)
        rng = np.random.default_rng(seed)
        deep = 0.55 if smooth else 1.0
        self.grain = np.clip(0.86 + deep * (0.17 * noise(rng, self.h, self.w, 1) + 0.10 * noise(rng, self.h, self.w, 3)), 0.12, 1)
        self.base = self._surface(rng, smooth)
        self.fonts = {}

    def _surface(self, rng, smooth):
        board = np.empty((self.h, self.w, 3), np.float32)
        board[:] = (44, 84, 68)
        cloud = (0.45 if smooth else 1.0) * (4.0 * noise(rng, self.h, self.w, 220 * self.scale) + 2.2 * noise(rng, self.h, self.w, 60 * self.scale))
        # Traces of the eraser: long, slightly slanted veils of dust.
        veil = np.zeros((self.h, self.w), np.float32)
        image = Image.new("L", (self.w, self.h), 0)
        pen = ImageDraw.Draw(image)
        rand = random.Random(self.seed + 7)
        for _ in range(46):
            x, y = rand.uniform(-0.1, 0.9) * self.w, rand.uniform(0, 1) * self.h
            length, slant = rand.uniform(0.1, 0.4) * self.w, rand.uniform(-0.12, 0.12)
            pen.line((x, y, x + length, y + length * slant), fill=rand.randint(30, 110), width=round(rand.uniform(50, 100) * self.scale))
        veil += blurred(np.asarray(image, np.float32), 22 * self.scale) / 255
        veil *= 0.8 + (0.1 if smooth else 0.3) * noise(rng, self.h, self.w, 26 * self.scale)
        fine = (0.6 if smooth else 2.2) * noise(rng, self.h, self.w, 1)
        return board + (cloud + fine + 24 * np.clip(veil, 0, 1))[..., None]

    def font(self, size, face=None):
        key = (round(size * self.scale * SUPER), face or self.face)
        if key not in self.fonts:
            self.fonts[key] = ImageFont.truetype(str(FACES[key[1]]), key[0])
        return self.fonts[key]

    def length(self, text, size, face=None):
        """Width of a text in board units."""
        return self.font(size, face).getlength(text) / self.scale / SUPER

    def _ink(self, box, paint, colour, way="right", dusty=1.0):
        """Runs `paint(draw, to_pixels)` on an enlarged mask of `box` and textures it."""
        s = self.scale
        x0, y0 = max(0, math.floor(box[0] * s) - 6), max(0, math.floor(box[1] * s) - 6)
        x1, y1 = min(self.w, math.ceil(box[2] * s) + 6), min(self.h, math.ceil(box[3] * s) + 6)
        if x1 <= x0 or y1 <= y0:
            raise ValueError(f"off the board: {box}")
        mask = Image.new("L", ((x1 - x0) * SUPER, (y1 - y0) * SUPER), 0)
        paint(mask, lambda x, y: ((x * s - x0) * SUPER, (y * s - y0) * SUPER))
        mask = mask.resize((x1 - x0, y1 - y0), Image.BOX)
        alpha = np.asarray(mask, np.float32) / 255
        halo = blurred(alpha * 255, 2.2 * s) / 255
        alpha = alpha * self.grain[y0:y1, x0:x1] * dusty + 0.10 * halo * (1 - alpha)
        return Ink(x0, y0, np.clip(alpha, 0, 1), colour, way)

    def text(self, x, y, text, size=46, colour=WHITE, anchor="l", face=None, fit=None):
        """Writes one line; `y` is the middle of the letters. `anchor`: l, m or r."""
        face = face or self.face
        if fit and self.length(text, size, face) > fit:
            size *= fit / self.length(text, size, face)
        width = self.length(text, size, face)
        left = x - {"l": 0, "m": width / 2, "r": width}[anchor]
        if left < 8 or left + width > WIDTH - 8:
            raise ValueError(f"runs off the board: {text}")
        font, stroke = self.font(size, face), max(1, round(THICKEN[face] * size * self.scale * SUPER))

        def paint(mask, at):
            pen = left
            for letter in text:
                step = self.length(letter, size, face)
                tile = Image.new("L", (round(step * self.scale * SUPER * 1.6) + 12, round(size * self.scale * SUPER * 1.7) + 12), 0)
                ImageDraw.Draw(tile).text((tile.width / 2, tile.height / 2), letter, font=font, fill=255, anchor="mm", stroke_width=stroke, stroke_fill=255)
                tile = tile.rotate(self.rand.uniform(-1.6, 1.6), Image.BICUBIC)
                cx, cy = at(pen + step / 2 + self.rand.uniform(-0.012, 0.012) * size, y + self.rand.uniform(-0.025, 0.025) * size)
                mask.paste(255, (round(cx - tile.width / 2), round(cy - tile.height / 2)), tile)
                pen += step

        return self._ink((left - 6, y - size * 0.8, left + width + 6, y + size * 0.8), paint, colour)

    def vtext(self, x, y, text, size=46, colour=WHITE, pitch=1.12, face=None):
        """Writes downwards; `x` is the middle of the column, `y` the top of it."""
        face = face or self.face
        font, stroke = self.font(size, face), max(1, round(THICKEN[face] * size * self.scale * SUPER))
        height = len(text) * size * pitch
        if y + height > HEIGHT - 4:
            raise ValueError(f"runs off the board by {y + height - HEIGHT + 4:.0f}: {text}")

        def paint(mask, at):
            for index, letter in enumerate(text):
                side = round(size * self.scale * SUPER * 1.7) + 12
                tile = Image.new("L", (side, side), 0)
                ImageDraw.Draw(tile).text((side / 2, side / 2), letter, font=font, fill=255, anchor="mm", stroke_width=stroke, stroke_fill=255)
                turn, dx, dy = self.rand.uniform(-1.6, 1.6), 0.0, 0.0
                if letter in "「」（）ー〜…＝→":
                    turn -= 90
                elif letter in "、。":
                    dx, dy = 0.55 * size, -0.55 * size
                elif letter in "っゃゅょぁぃぅぇぉ":
                    dx, dy = 0.10 * size, -0.06 * size
                tile = tile.rotate(turn, Image.BICUBIC)
                cx, cy = at(x + dx + self.rand.uniform(-0.02, 0.02) * size, y + (index + 0.5) * size * pitch + dy)
                mask.paste(255, (round(cx - side / 2), round(cy - side / 2)), tile)

        return self._ink((x - size * 0.9, y - 4, x + size * 0.9, y + height + 4), paint, colour, "down")

    def _wobbly(self, points, wobble):
        """The hand's path along a polyline: close points, each a little off."""
        path, phase = [], self.rand.uniform(0, 6.28)
        for (ax, ay), (bx, by) in zip(points, points[1:]):
            span = math.hypot(bx - ax, by - ay)
            steps = max(2, int(span / 9))
            nx, ny = (-(by - ay) / span, (bx - ax) / span) if span else (0, 0)
            for i in range(steps + 1):
                t = i / steps
                off = wobble * (math.sin(t * span / 70 + phase) + 0.4 * math.sin(t * span / 23 + phase * 2))
                off *= min(1, 6 * t, 6 * (1 - t)) if wobble else 0
                path.append((ax + (bx - ax) * t + nx * off, ay + (by - ay) * t + ny * off))
        return path

    def line(self, points, width=5, colour=WHITE, wobble=1.2, dash=None, way="right"):
        path = self._wobbly(points, wobble)
        xs, ys = [p[0] for p in path], [p[1] for p in path]

        def paint(mask, at):
            draw = ImageDraw.Draw(mask)
            run = 0.0
            for a, b in zip(path, path[1:]):
                run += math.hypot(b[0] - a[0], b[1] - a[1])
                if dash and (run // dash) % 2:
                    continue
                thick = width * self.scale * SUPER * (1 + 0.10 * math.sin(run / 31))
                (px, py), (qx, qy) = at(*a), at(*b)
                draw.line((px, py, qx, qy), fill=255, width=max(1, round(thick)))
                r = thick / 2
                draw.ellipse((qx - r, qy - r, qx + r, qy + r), fill=255)

        pad = width + 3
        return self._ink((min(xs) - pad, min(ys) - pad, max(xs) + pad, max(ys) + pad), paint, colour, way)

    def rect(self, x, y, w, h, width=5, colour=WHITE):
        return self.line([(x, y), (x + w, y + 1), (x + w - 1, y + h), (x + 1, y + h - 1), (x, y - 1)], width, colour)

    def circle(self, x, y, rx, ry=None, width=5, colour=WHITE, start=0, end=360):
        ry = ry or rx
        points = [(x + rx * math.cos(math.radians(a)), y + ry * math.sin(math.radians(a))) for a in range(start, end + 1, 5)]
        return self.line(points, width, colour, wobble=0)

    def arrow(self, x0, y0, x1, y1, width=5, colour=WHITE, head=22):
        angle = math.atan2(y1 - y0, x1 - x0)
        wing = [(x1 - head * math.cos(angle + d), y1 - head * math.sin(angle + d)) for d in (0.5, -0.5)]
        return self.line([(x0, y0), (x1, y1), wing[0], (x1, y1), wing[1]], width, colour, wobble=0.4)

    def fill(self, points, colour=WHITE, strength=0.8):
        """A surface rubbed with the side of the chalk."""
        xs, ys = [p[0] for p in points], [p[1] for p in points]

        def paint(mask, at):
            ImageDraw.Draw(mask).polygon([at(*p) for p in points], fill=round(255 * strength))

        return self._ink((min(xs), min(ys), max(xs), max(ys)), paint, colour)

    def hatch(self, x, y, w, h, colour=YELLOW, gap=17, width=4):
        """Slanted strokes that shade a rectangle."""
        segments, d = [], gap / 2
        while d < w + h:
            a = (x + max(0, d - h), y + min(d, h))
            b = (x + min(d, w), y + max(0, d - w))
            segments.append((a, b))
            d += gap

        def paint(mask, at):
            draw = ImageDraw.Draw(mask)
            for a, b in segments:
                draw.line((*at(*a), *at(*b)), fill=225, width=max(1, round(width * self.scale * SUPER)))

        return self._ink((x, y, x + w, y + h), paint, colour)

    def fraction(self, x, y, top, bottom, size=46, colour=WHITE):
        """A fraction around the middle `y`; `x` is its left edge. Returns its inks."""
        width = self.fraction_width(top, bottom, size)
        return [
            self.text(x + width / 2, y - size * 0.60, top, size, colour, "m"),
            self.line([(x, y), (x + width, y)], max(3, size * 0.085), colour, wobble=0.5),
            self.text(x + width / 2, y + size * 0.62, bottom, size, colour, "m"),
        ]

    def fraction_width(self, top, bottom, size):
        return max(self.length(top, size), self.length(bottom, size)) + size * 0.3

    def formula(self, x, y, parts, size=46, colour=WHITE, gap=0.27):
        """A row of texts and ("a", "b") fractions, each optionally `(part, colour)`."""
        inks = []
        for part in parts:
            tint = colour
            if isinstance(part, list):
                part, tint = part
            if isinstance(part, tuple):
                inks += self.fraction(x, y, *part, size, tint)
                x += self.fraction_width(*part, size)
            else:
                inks.append(self.text(x, y, part, size, tint))
                x += self.length(part, size)
            x += gap * size
        self.right = x
        return inks

    def frame(self, x, y, w, h, label, colour, size=40):
        """The めあて and まとめ boxes: a frame with its name on the upper edge."""
        width = self.length(label, size) + size * 0.7
        return [
            self.line([(x, y), (x, y + h), (x + w, y + h), (x + w, y), (x + width + 24, y)], 6, colour),
            self.rect(x + 8, y - size * 0.72, width, size * 1.44, 5, colour),
            self.text(x + 8 + width / 2, y, label, size, colour, "m"),
        ]


def flatten(items):
    for item in items:
        if isinstance(item, Ink):
            yield item
        else:
            yield from flatten(item)


def lay(picture, ink, share=1.0, strength=1.0):
    """Lays the first `share` (0..1) of an ink on the picture in place."""
    h, w = ink.alpha.shape
    alpha = ink.alpha * strength
    if share < 1:
        size, axis = (h, 0) if ink.way == "down" else (w, 1)
        edge = np.clip((share * (size + 24) - np.arange(size)) / 24, 0, 1).astype(np.float32)
        alpha = alpha * (edge[:, None] if axis == 0 else edge[None, :])
    part = picture[ink.y : ink.y + h, ink.x : ink.x + w]
    part += (np.array(ink.colour, np.float32) - part) * alpha[..., None]


def picture(board, inks):
    image = board.base.copy()
    for ink in flatten(inks):
        lay(image, ink)
    return image


def _wood(rng, height, width, tone):
    grain = noise(rng, height, max(2, width // 12), 2)
    grain = np.asarray(Image.fromarray(grain, mode="F").resize((width, height), Image.BICUBIC))
    wood = np.empty((height, width, 3), np.float32)
    wood[:] = tone
    return wood + 9 * grain[..., None]


def photograph(board, inks, path, corners, light, seed):
    """Saves the board as seen by a teacher's camera.

    `corners` are the places of the scene's corners (left top, right top, right bottom,
    left bottom) in the 2000 x 1240 photograph; `light` is (x, y, strength) of the window's
    glare in shares of the picture.
    """
    rng = np.random.default_rng(seed)
    surface = picture(board, inks)
    h, w = surface.shape[:2]
    side, top, bottom = round(0.024 * w), round(0.026 * w), round(0.066 * w)
    scene = np.empty((h + top + bottom + 150, w + 2 * side + 160, 3), np.float32)
    scene[:] = (214, 208, 192)  # the wall
    scene += 2.0 * noise(rng, *scene.shape[:2], 40)[..., None]
    oy, ox = 70, 80
    frame = _wood(rng, h + top + bottom, w + 2 * side, (150, 112, 70))
    scene[oy : oy + frame.shape[0], ox : ox + frame.shape[1]] = frame
    scene[oy + frame.shape[0] : oy + frame.shape[0] + 26, ox : ox + frame.shape[1]] *= np.linspace(0.62, 0.97, 26)[:, None, None]
    scene[oy + top : oy + top + h, ox + side : ox + side + w] = surface
    # Shadow of the frame on the board, and the bevel of its inner edge.
    inner = scene[oy + top : oy + top + h, ox + side : ox + side + w]
    inner[:14] *= np.linspace(0.72, 1, 14)[:, None, None]
    inner[:, :10] *= np.linspace(0.80, 1, 10)[None, :, None]
    tray = scene[oy + top + h : oy + frame.shape[0], ox : ox + frame.shape[1]]
    shade = np.concatenate([np.full(10, 0.55), np.linspace(0.72, 1.0, tray.shape[0] - 34), np.full(24, 1.16)])
    tray *= shade[:, None, None]
    scene = np.clip(scene, 0, 255)
    image = Image.fromarray(scene.astype(np.uint8))
    draw = ImageDraw.Draw(image)
    rand = random.Random(seed)
    floor = oy + top + h + round(bottom * 0.52)
    for colour in (WHITE, YELLOW, RED, WHITE, BLUE):  # sticks of chalk on the tray
        x, length = ox + side + rand.uniform(0.08, 0.72) * w, rand.uniform(50, 110)
        y = floor + rand.uniform(-8, 14)
        draw.rounded_rectangle((x + 3, y + 8, x + length + 3, y + 21), 6, fill=(70, 50, 30))
        draw.rounded_rectangle((x, y, x + length, y + 15), 6, fill=colour)
    x = ox + side + (0.80 + rand.uniform(0, 0.06)) * w
    draw.rounded_rectangle((x, floor - 34, x + 190, floor + 26), 8, fill=(60, 66, 120))
    draw.rectangle((x + 4, floor + 4, x + 186, floor + 24), fill=(196, 186, 150))
    draw.rectangle((x + 20, floor - 24, x + 170, floor - 8), fill=(92, 98, 150))

    pw, ph = 2000, 1240
    source = [(0, 0), (image.width, 0), (image.width, image.height), (0, image.height)]
    big = 1.5  # warped larger, then reduced: the perspective filter alone leaves jags
    rows, right = [], []
    for (x, y), (u, v) in zip([(cx * big, cy * big) for cx, cy in corners], source):
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        right += [u, v]
    warp = np.linalg.solve(np.array(rows, float), np.array(right, float))
    image = image.transform((round(pw * big), round(ph * big)), Image.PERSPECTIVE, warp, Image.BICUBIC, fillcolor=(206, 200, 186))
    image = image.resize((pw, ph), Image.LANCZOS).filter(ImageFilter.GaussianBlur(0.55))

    pixels = np.asarray(image, np.float32)
    yy, xx = np.mgrid[0:ph, 0:pw].astype(np.float32)
    lx, ly, strong = light
    glare = np.exp(-(((xx / pw - lx) / 0.34) ** 2 + ((yy / ph - ly) / 0.42) ** 2))
    fall = 1.08 - 0.34 * np.abs(xx / pw - lx) - 0.10 * np.abs(yy / ph - ly)
    edge = 1 - 0.26 * np.clip(np.hypot(xx / pw - 0.5, yy / ph - 0.5) - 0.25, 0, 1) ** 1.5 * 2
    pixels = pixels * (fall * edge)[..., None] + strong * glare[..., None] * np.array([1.0, 0.98, 0.90])
    pixels *= np.array([1.02, 1.0, 0.955])  # the warm cast of a classroom
    pixels += rng.normal(0, 2.1, pixels.shape[:2])[..., None] + rng.normal(0, 1.0, pixels.shape)
    Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8)).save(path, quality=82, optimize=True, subsampling=2)
