#!/usr/bin/env python3
"""Print handout.pdf of every lesson from handouts/<lesson>.html with headless Chromium.

In the HTML, `{漢字|かんじ}` is ruby and `[[3/4]]` is a fraction; `%%name%%` is a figure
that this script draws; `%%lines3%%` is a box of three lines to write on.
"""

import html
import math
import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent


def lever_points():
    """A plank over a fulcrum with a load and a hand; the names are left to the pupil."""
    return """<svg width="165mm" height="52mm" viewBox="0 0 660 208">
<line x1="40" y1="182" x2="620" y2="182" stroke="#111" stroke-width="2"/>
<line x1="70" y1="164" x2="560" y2="60" stroke="#111" stroke-width="9" stroke-linecap="round"/>
<path d="M250 128 L222 182 L278 182 Z" fill="#bbb" stroke="#111" stroke-width="2"/>
<g transform="translate(104 152) rotate(-12)"><rect x="-34" y="-56" width="64" height="52" fill="#fff" stroke="#111" stroke-width="2.5"/><text x="-2" y="-23" font-size="19" text-anchor="middle">荷物</text></g>
<path d="M548 4 V48 M538 36 L548 50 L558 36" fill="none" stroke="#111" stroke-width="4"/>
<g font-size="17" text-anchor="middle"><text x="104" y="204">㋐</text><text x="250" y="204">㋑</text><text x="560" y="98">㋒</text></g>
<text x="592" y="30" font-size="15" text-anchor="middle">おす力</text>
</svg>"""


def lever_marks(left, right, height=34):
    """The experimental lever, level, with weights `[(mark, label)]` on each side."""
    x0, step, y = 300, 38, 46
    parts = [f'<svg width="150mm" height="{height}mm" viewBox="0 0 600 {height * 4}">']
    parts.append(f'<line x1="{x0 - 6.6 * step}" y1="{y}" x2="{x0 + 6.6 * step}" y2="{y}" stroke="#111" stroke-width="6"/>')
    parts.append(f'<path d="M{x0} {y + 3} L{x0 - 12} {y + 26} H{x0 + 12} Z" fill="#bbb" stroke="#111" stroke-width="1.6"/><line x1="{x0}" y1="{y + 26}" x2="{x0}" y2="{height * 4 - 8}" stroke="#111" stroke-width="5"/><line x1="{x0 - 46}" y1="{height * 4 - 7}" x2="{x0 + 46}" y2="{height * 4 - 7}" stroke="#111" stroke-width="6"/>')
    for mark in range(-6, 7):
        if mark:
            parts.append(f'<line x1="{x0 + mark * step}" y1="{y - 8}" x2="{x0 + mark * step}" y2="{y + 8}" stroke="#111" stroke-width="2"/><text x="{x0 + mark * step}" y="{y - 14}" font-size="16" text-anchor="middle">{abs(mark)}</text>')
    for sign, weights in ((-1, left), (1, right)):
        for mark, label in weights:
            x = x0 + sign * mark * step
            parts.append(f'<line x1="{x}" y1="{y}" x2="{x}" y2="{y + 24}" stroke="#111" stroke-width="1.6"/><rect x="{x - 27}" y="{y + 24}" width="54" height="32" rx="3" fill="#fff" stroke="#111" stroke-width="2"/><text x="{x}" y="{y + 46}" font-size="17" text-anchor="middle">{label}</text>')
    return "".join(parts) + "</svg>"


def scissors():
    """Scissors with three letters to name."""
    return """<svg width="72mm" height="37mm" viewBox="0 0 288 148">
<g fill="#eee" stroke="#111" stroke-width="2.4" stroke-linejoin="round">
<path d="M20 52 L150 66 L166 82 L146 86 Z"/><path d="M20 96 L150 82 L166 66 L146 62 Z"/>
<circle cx="214" cy="38" r="27" fill="none" stroke-width="7"/><circle cx="214" cy="110" r="27" fill="none" stroke-width="7"/>
<path d="M150 78 L192 96 M150 70 L192 52" fill="none" stroke-width="9"/></g>
<circle cx="152" cy="74" r="6" fill="#111"/>
<g font-size="18" text-anchor="middle"><text x="70" y="42">㋐</text><text x="152" y="52">㋑</text><text x="266" y="80">㋒</text></g></svg>"""


def tweezers():
    """Tweezers with three letters to name."""
    return """<svg width="72mm" height="37mm" viewBox="0 0 288 148">
<path d="M262 74 C 200 30, 120 44, 26 70 M262 74 C 200 118, 120 104, 26 78" fill="none" stroke="#111" stroke-width="7" stroke-linecap="round"/>
<path d="M140 8 V30 M132 22 L140 34 L148 22 M140 140 V118 M132 126 L140 114 L148 126" fill="none" stroke="#111" stroke-width="3"/>
<g font-size="18" text-anchor="middle"><text x="28" y="52">㋓</text><text x="164" y="22">㋔</text><text x="262" y="52">㋕</text></g></svg>"""


def area():
    """One minute in thirds, two of them filled with water."""
    cell, x0, y0, tall = 150, 60, 40, 90
    parts = ['<svg width="140mm" height="44mm" viewBox="0 0 560 176">']
    parts.append(f'<rect x="{x0}" y="{y0}" width="{2 * cell}" height="{tall}" fill="#d6e6f5"/>')
    parts.append(f'<rect x="{x0}" y="{y0}" width="{3 * cell}" height="{tall}" fill="none" stroke="#111" stroke-width="2.5"/>')
    for i in (1, 2):
        parts.append(f'<line x1="{x0 + i * cell}" y1="{y0}" x2="{x0 + i * cell}" y2="{y0 + tall}" stroke="#111" stroke-width="2"/>')
    parts.append(f'<path d="M{x0} {y0 - 6} V{y0 - 14} H{x0 + 2 * cell} V{y0 - 6}" fill="none" stroke="#1c5fa8" stroke-width="2"/>')
    # 4/5 above the brace, written upright.
    parts.append(f'<rect x="{x0 + cell - 30}" y="{y0 - 40}" width="60" height="30" fill="#fff"/><g font-size="15" text-anchor="middle" fill="#1c5fa8"><text x="{x0 + cell - 8}" y="{y0 - 26}">4</text><line x1="{x0 + cell - 16}" y1="{y0 - 23}" x2="{x0 + cell}" y2="{y0 - 23}" stroke="#1c5fa8" stroke-width="1.6"/><text x="{x0 + cell - 8}" y="{y0 - 8}">5</text><text x="{x0 + cell + 12}" y="{y0 - 17}">L</text></g>')
    for i in range(3):
        parts.append(f'<rect x="{x0 + (i + 0.5) * cell - 22}" y="{y0 + tall / 2 - 26}" width="44" height="52" rx="3" fill="#fff" stroke="#111" stroke-width="1.6"/><text x="{x0 + (i + 0.5) * cell + 34}" y="{y0 + tall / 2 + 7}" font-size="18" text-anchor="middle">L</text>')
    base = y0 + tall
    parts.append(f'<g font-size="15" text-anchor="middle"><text x="{x0}" y="{base + 22}">0</text><text x="{x0 + 3 * cell + 8}" y="{base + 22}">1（分）</text>')
    for i in (1, 2):
        x = x0 + i * cell
        parts.append(f'<text x="{x}" y="{base + 18}">{i}</text><line x1="{x - 8}" y1="{base + 21}" x2="{x + 8}" y2="{base + 21}" stroke="#111" stroke-width="1.6"/><text x="{x}" y="{base + 36}">3</text>')
    return "".join(parts) + "</g></svg>"


def timeline():
    """Years on an arrow, three names missing."""
    events = [(1853, "ペリー来航"), (1867, "大政奉還"), (1871, "①"), (1873, "徴兵令・②"), (1877, "西南戦争"), (1885, "内閣制度"), (1889, "③")]
    parts = ['<svg width="176mm" height="38mm" viewBox="0 0 704 152">', '<path d="M16 76 H680 M668 68 L682 76 L668 84" fill="none" stroke="#111" stroke-width="3"/>']
    for i, (year, name) in enumerate(events):
        x = 62 + i * 94
        up = i % 2 == 0
        parts.append(f'<line x1="{x}" y1="66" x2="{x}" y2="86" stroke="#111" stroke-width="3"/>')
        y1, y2 = (58, 34) if up else (104, 128)
        parts.append(f'<text x="{x}" y="{y1}" font-size="17" font-weight="700" text-anchor="middle">{year}</text>')
        parts.append(f'<text x="{x}" y="{y2}" font-size="16" text-anchor="middle">{name}</text>')
    return "".join(parts) + "</svg>"


FIGURES = {
    "lever_points": lever_points,
    "lever_question": lambda: lever_marks([(3, "40g")], [(4, "？")]),
    "lever_two": lambda: lever_marks([(2, "10g"), (4, "20g")], [(5, "？")]),
    "scissors": scissors,
    "tweezers": tweezers,
    "area": area,
    "timeline": timeline,
}


def ruled(match):
    """A box of lines to write on: real borders, because viewers draw gradients unevenly."""
    return '<div class="write">' + "<div></div>" * int(match[1]) + "</div>"


def expand(source):
    source = re.sub(r"%%lines(\d)%%", ruled, source)
    source = re.sub(r"%%(\w+)%%", lambda m: FIGURES[m[1]](), source)
    source = re.sub(r"\{([^{}|]+)\|([^{}|]+)\}", r"<ruby>\1<rt>\2</rt></ruby>", source)
    return re.sub(r"\[\[([^/\]]+)/([^\]]+)\]\]", r'<span class="f"><i>\1</i><i>\2</i></span>', source)


def main():
    build = HERE / "build"
    build.mkdir(exist_ok=True)
    for path in sorted((HERE / "handouts").glob("*.html")):
        if sys.argv[1:] and path.stem not in sys.argv[1:]:
            continue
        style = (HERE / "handouts/style.css").read_text(encoding="utf-8").replace("../../../fonts", (ROOT.parent / "fonts").as_uri())
        page = build / path.name
        page.write_text(f'<!doctype html><html lang="ja"><meta charset="utf-8"><title>{html.escape(path.stem)}</title><style>{style}</style><body>{expand(path.read_text(encoding="utf-8"))}</body></html>', encoding="utf-8")
        target = ROOT / path.stem / "handout.pdf"
        subprocess.run(["chromium", "--headless=new", "--no-sandbox", "--disable-gpu", "--no-pdf-header-footer", "--allow-file-access-from-files", f"--user-data-dir={build / 'chromium'}", f"--print-to-pdf={target}", page.as_uri()], check=True, capture_output=True, timeout=120)
        print(path.stem, target.stat().st_size)


if __name__ == "__main__":
    main()
