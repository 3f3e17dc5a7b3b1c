#!/usr/bin/env python3
"""Check the made lessons: kanji above the grade carry ruby, ruby is well formed, lengths.

A reading in full-width parentheses straight after a word counts as ruby, because choices
and table cells are split at `|` and so cannot hold ruby markup.
"""

import json
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
RUBY = re.compile(r"\{([^{}|\n]+)\|([ぁ-ゖァ-ヺー]+)\}")
READ = re.compile(r"[一-鿿々ケか条の]+（[ぁ-ゖ]+）")


def known_kanji():
    lines = (Path(__file__).parent / "kyoiku-kanji.txt").read_text(encoding="utf-8").splitlines()
    return {c for line in lines if not line.startswith("#") for c in line.split(" ", 1)[1]}


def main():
    known = known_kanji()
    bad = 0
    school = json.loads((ROOT / "school.json").read_text(encoding="utf-8"))
    for lesson in school["lessons"]:
        for material in lesson["materials"]:
            for field in ("file", "captions"):
                if field in material and not (ROOT / material[field]).is_file():
                    print(f"{material[field]}: not there")
                    bad += 1
    for path in sorted(ROOT.glob("*/text.md")) + sorted(ROOT.glob("*/drill.tsv")) + sorted(ROOT.glob("*/recording.vtt")) + sorted((ROOT / "sources/handouts").glob("*.html")):
        text = path.read_text(encoding="utf-8")
        if path.suffix == ".tsv":  # answers accept what a pupil writes; they are not read
            rows = [line.split("\t") for line in text.splitlines()[1:]]
            text = "\n".join("\n".join((r[2], r[3], r[5], r[6])) for r in rows)
        if path.suffix == ".html":
            text = re.sub(r"<[^>]*>", "", text)
        for number, line in enumerate(text.splitlines(), 1):
            plain = READ.sub("", RUBY.sub("", line))
            above = {c for c in plain if "一" <= c <= "鿿" and c not in known}
            if above or "{" in plain or "}" in plain:
                print(f"{path.relative_to(ROOT)}:{number}: no ruby on {''.join(sorted(above))}: {line}")
                bad += 1
        if path.name == "text.md":
            body = re.sub(r"[#*|\-\s>]", "", RUBY.sub(r"\1", text))
            print(f"{path.parent.name}/text.md: {len(body)} characters")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
