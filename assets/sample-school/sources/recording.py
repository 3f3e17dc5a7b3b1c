#!/usr/bin/env python3
"""Make recording.mp4 and recording.vtt of a lesson from its script in `lessons/`.

A script is a list of scenes; a scene is a list of beats on one clean board. A beat is one
caption that is spoken while its chalk appears. `--readings` only prints what will be said.
"""

import importlib
import math
import shutil
import subprocess
import sys
import wave
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from chalk import WHITE, YELLOW, Board, flatten, lay

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FPS = 15
RATE = 48000
LESSONS = {"rika-teko": "rika", "sansu-bunsu": "sansu"}
READ = [("分の", "ぶんの"), ("1つ分", "ひとつぶん"), ("2つ分", "ふたつぶん"), ("3つ分", "みっつぶん"), ("何グラム", "なんグラム"), ("何リットル", "なんリットル"), ("／", ""), ("「", ""), ("」", "")]


@dataclass
class Beat:
    """One caption. `／` breaks its lines; `say` replaces what is read out."""

    caption: str
    draw: list = field(default_factory=list)  # written while it is spoken
    slots: dict = field(default_factory=dict)  # name: inks that replace what had this name
    move: dict = field(default_factory=dict)  # name: function of 0..1 that gives the inks
    pause: float = 0.6  # seconds of silence after it
    say: str = ""
    begin: float = 0.0  # share of the speech after which writing begins

    def spoken(self):
        text = self.say or self.caption
        for a, b in READ:
            text = text.replace(a, b)
        return text


def speech(text):
    """Samples (-1..1) of a sentence without the silence at its ends."""
    import pyopenjtalk

    samples, rate = pyopenjtalk.tts(text, speed=0.92)
    assert rate == RATE
    samples = samples.astype(np.float64) / 32768
    loud = np.flatnonzero(np.abs(samples) > 0.006)
    margin = int(0.05 * RATE)
    samples = samples[max(0, loud[0] - margin) : loud[-1] + margin]
    ramp = np.linspace(0, 1, 400)
    samples[:400] *= ramp
    samples[-400:] *= ramp[::-1]
    return samples * (0.11 / np.sqrt(np.mean(samples**2)))


def ease(u):
    return 0.5 - 0.5 * math.cos(math.pi * min(1, max(0, u)))


def card(board, subject, title, period):
    """What is on the board before the lesson begins."""
    return [
        board.text(960, 330, f"6年1組　{subject}", 64, WHITE, "m"),
        board.text(960, 490, title, 120, YELLOW, "m"),
        board.line([(960 - board.length(title, 120) / 2, 578), (960 + board.length(title, 120) / 2, 580)], 7, YELLOW),
        board.text(960, 680, f"11月20日（金）{period}時間目", 54, WHITE, "m"),
    ]


def stamp(seconds):
    return f"{int(seconds // 3600):02}:{int(seconds // 60 % 60):02}:{seconds % 60:06.3f}"


class Film:
    """Writes frames to ffmpeg as the beats go by."""

    def __init__(self, board, sink):
        self.board, self.sink = board, sink
        self.canvas = board.base.copy()
        self.slots = {}
        self.frame = 0
        self.shown = None
        self.last = b""
        tray = np.empty((12, board.w, 3), np.float32)
        tray[:] = (140, 104, 64)
        tray[:3] *= 0.62
        self.tray = tray

    def compose(self, partial=()):
        image = self.canvas.copy()
        for inks in self.slots.values():
            for ink in inks:
                lay(image, ink)
        for ink, share in partial:
            lay(image, ink, share)
        image[-12:] = self.tray
        return image

    def emit(self, image):
        self.shown = image
        self.last = np.clip(image, 0, 255).astype(np.uint8).tobytes()
        self.hold()

    def hold(self):
        self.sink.write(self.last)
        self.frame += 1

    def wipe(self):
        """The board is erased: the old picture fades while the eraser goes by."""
        old, new = self.shown, None
        self.canvas, self.slots = self.board.base.copy(), {}
        new = self.compose()
        ramp = np.arange(self.board.w, dtype=np.float32) / self.board.w
        for i in range(1, 13):
            share = np.clip((i / 12 * 1.25 - ramp) / 0.25, 0, 1)[None, :, None]
            self.emit(old + (new - old) * share)

    def beat(self, beat, seconds, until):
        """Plays one beat whose speech lasts `seconds`; holds until frame `until`."""
        inks = list(flatten(beat.draw))
        costs = [max(0.10, (ink.alpha.shape[0] if ink.way == "down" else ink.alpha.shape[1]) / 620) for ink in inks]
        start = beat.begin * seconds
        room = max(0.3, (until - self.frame) / FPS - start - 0.15)
        scale = min(1.0, room / sum(costs)) if costs else 1
        begins = np.cumsum([0, *costs]) * scale + start
        for name, value in beat.slots.items():
            self.slots.pop(name, None)
            if value is not None:
                self.slots[name] = list(flatten([value]))
        first, done, dirty = self.frame, 0, True
        while self.frame < until:
            now = (self.frame - first) / FPS
            while done < len(inks) and now >= begins[done + 1]:
                lay(self.canvas, inks[done])
                done += 1
                dirty = True
            partial = []
            if done < len(inks) and now >= begins[done]:
                partial = [(inks[done], (now - begins[done]) / (begins[done + 1] - begins[done]))]
            moving = [name for name in beat.move if now <= seconds + 1 / FPS]
            for name in moving:
                self.slots[name] = list(flatten([beat.move[name](ease(now / max(0.4, seconds * 0.9)))]))
            if dirty or partial or moving:
                self.emit(self.compose(partial))
                dirty = bool(partial) or bool(moving)
            else:
                self.hold()
        for ink in inks[done:]:
            lay(self.canvas, ink)
        for name, move in beat.move.items():
            self.slots[name] = list(flatten([move(1.0)]))


def make(key):
    module = importlib.import_module(f"lessons.{LESSONS[key]}")
    build = HERE / "build"
    build.mkdir(exist_ok=True)
    board = Board(1280 / 1920, module.FACE, module.SEED, smooth=True)
    scenes = module.scenes(board)

    # The clock of the lesson: every beat begins on a frame.
    sound, cues, clock, plan = [], [], 0.6, []
    sound.append(np.zeros(int(0.6 * RATE)))
    for number, scene in enumerate(scenes):
        if number:
            clock += 1.0
            sound.append(np.zeros(RATE))
        beats = []
        for beat in scene:
            voice = speech(beat.spoken())
            length = len(voice) / RATE
            whole = math.ceil((length + beat.pause) * FPS) / FPS
            sound += [voice, np.zeros(round(whole * RATE) - len(voice))]
            cues.append((clock, clock + length + min(0.25, beat.pause), beat.caption))
            beats.append((beat, length, round((clock + whole) * FPS)))
            clock += whole
        plan.append(beats)
    samples = np.concatenate([*sound, np.zeros(RATE)])
    samples *= 0.89 / np.abs(samples).max()
    total = round((clock + 1.0) * FPS)
    with wave.open(str(build / f"{key}.wav"), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((samples * 32767).astype("<i2").tobytes())

    video = build / f"{key}.mp4"
    lines = ["WEBVTT", "Language: ja", ""]
    for number, (begin, end, caption) in enumerate(cues, 1):
        rows = caption.split("／")
        assert len(rows) <= 2 and max(map(len, rows)) <= 22, caption
        lines += [str(number), f"{stamp(begin)} --> {stamp(end)}", *rows, ""]
    ffmpeg = subprocess.Popen(
        ["nice", "ffmpeg", "-y", "-v", "error", "-f", "rawvideo", "-pix_fmt", "rgb24", "-s", f"{board.w}x{board.h}", "-r", str(FPS), "-i", "-", "-i", str(build / f"{key}.wav"),
         "-map", "0:v", "-map", "1:a", "-vf", "scale=out_color_matrix=bt709:out_range=tv", "-colorspace", "bt709", "-color_primaries", "bt709", "-color_trc", "bt709",
         "-pix_fmt", "yuv420p", "-c:v", "libsvtav1", "-preset", "6", "-crf", "40", "-g", str(5 * FPS), "-c:a", "libopus", "-b:a", "36k", "-application", "voip", "-ac", "1",
         "-metadata", f"title={module.TITLE}", "-metadata", "comment=Voice: HTS Voice Mei (c) MMDAgent Project Team, CC BY 3.0", "-metadata:s:a:0", "language=jpn", "-movflags", "+faststart", str(video)],
        stdin=subprocess.PIPE)
    film = Film(board, ffmpeg.stdin)
    # The first frame is what a list of recordings shows, so the title card is there at once.
    film.slots = {name: list(flatten([inks])) for name, inks in scenes[0][0].slots.items()}
    film.emit(film.compose())
    while film.frame < round(0.6 * FPS):
        film.hold()
    for number, beats in enumerate(plan):
        if number:
            film.wipe()
            while film.frame < round((cues[sum(map(len, plan[:number]))][0]) * FPS):
                film.hold()
        for beat, length, until in beats:
            film.beat(beat, length, until)
    film.emit(film.compose())
    while film.frame < total:
        film.hold()
    ffmpeg.stdin.close()
    if ffmpeg.wait() != 0:
        raise SystemExit(f"{key}: ffmpeg failed")
    # Only a whole recording takes the place of the old one.
    shutil.copyfile(video, ROOT / key / "recording.mp4")
    (ROOT / key / "recording.vtt").write_text("\n".join(lines), encoding="utf-8")
    print(f"{key}: {total / FPS:.1f} s, {(ROOT / key / 'recording.mp4').stat().st_size} bytes, {len(cues)} cues")


def readings(key):
    import pyopenjtalk

    board = Board(0.2, importlib.import_module(f"lessons.{LESSONS[key]}").FACE, 1, smooth=True)
    for scene in importlib.import_module(f"lessons.{LESSONS[key]}").scenes(board):
        for beat in scene:
            print(beat.caption, "\n    ", pyopenjtalk.g2p(beat.spoken(), kana=True))


if __name__ == "__main__":
    names = [a for a in sys.argv[1:] if not a.startswith("-")] or list(LESSONS)
    for name in names:
        readings(name) if "--readings" in sys.argv else make(name)
