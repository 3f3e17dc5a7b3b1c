#!/usr/bin/env python3
"""Write board.jpg of every lesson (or of those named on the command line)."""

import math
import sys
from pathlib import Path

from chalk import BLUE, GREEN, RED, WHITE, YELLOW, Board, photograph

ROOT = Path(__file__).resolve().parent.parent


def lever(b, x, y, half, angle=0.0, marks=6, size=30):
    """The experimental lever around its fulcrum: stand, beam with marks; returns inks and
    a function from a mark (left negative) to its place on the beam."""
    turn = math.radians(angle)

    def at(mark, down=0.0):
        d = mark * half / (marks + 0.5)
        return (x + d * math.cos(turn) - down * math.sin(turn) * 0, y + d * math.sin(turn) + down)

    ends = [at(-(marks + 0.5)), at(marks + 0.5)]
    inks = [b.line(ends, 11, WHITE, wobble=0.4)]
    for mark in range(-marks, marks + 1):
        mx, my = at(mark)
        if mark:
            inks.append(b.line([(mx, my - 13), (mx, my + 13)], 4, WHITE, wobble=0))
            inks.append(b.text(mx, my - 36, str(abs(mark)), size, WHITE, "m"))
    return inks, at


def stand(b, x, y, height, base=90):
    return [
        b.line([(x, y + 12), (x, y + height)], 8),
        b.line([(x - base, y + height), (x + base, y + height)], 9),
        b.fill([(x, y + 4), (x - 22, y + 42), (x + 22, y + 42)], RED, 0.9),
    ]


def weight(b, x, y, label, colour=YELLOW, size=32, drop=46, w=74, h=56):
    return [
        b.line([(x, y), (x, y + drop)], 4, WHITE, wobble=0.3, way="down"),
        b.fill([(x - w / 2, y + drop), (x + w / 2, y + drop), (x + w / 2 + 5, y + drop + h), (x - w / 2 - 5, y + drop + h)], colour, 0.30),
        b.rect(x - w / 2 - 2, y + drop, w + 4, h, 4, colour),
        b.text(x, y + drop + h / 2, label, size, WHITE, "m", fit=w - 6),
    ]


def rika():
    b = Board(1.2, "yomogi", 11)
    k = []
    k += [b.text(60, 62, "11月20日（金）", 40), b.text(400, 62, "てこのはたらき", 62, YELLOW), b.line([(396, 104), (860, 108)], 5, YELLOW)]
    k += [b.frame(60, 168, 560, 176, "めあて", BLUE)]
    k += [b.text(92, 236, "てこが水平につり合うのは", 42, fit=500), b.text(92, 300, "どんなときだろうか。", 42)]
    # The three points.
    k += [b.text(60, 398, "① てこの3つの点", 44, WHITE)]
    fx, fy = 390, 668
    k += [b.line([(96, 750), (624, 584)], 13, wobble=0.6)]
    k += [b.fill([(fx, fy - 4), (fx - 42, fy + 88), (fx + 42, fy + 88)], WHITE, 0.55), b.line([(60, 760), (640, 760)], 4, wobble=1)]
    k += [b.line([(104, 738), (79, 658), (165, 631), (190, 711), (104, 738)], 5, YELLOW, wobble=0.5), b.text(135, 684, "荷物", 34, YELLOW, "m")]
    k += [b.arrow(604, 476, 604, 574, 8, RED)]
    k += [b.text(390, 800, "支点", 44, GREEN, "m"), b.text(390, 848, "（ささえる）", 32, GREEN, "m")]
    k += [b.text(140, 800, "作用点", 44, YELLOW, "m"), b.text(140, 848, "（はたらく）", 32, YELLOW, "m")]
    k += [b.text(584, 800, "力点", 44, RED, "m"), b.text(568, 848, "（加える）", 32, RED, "m"), b.line([(594, 772), (602, 608)], 3, RED, dash=14)]
    k += [b.text(60, 936, "支点から力点が遠い", 38, fit=520), b.text(120, 996, "→ 手ごたえが軽い", 42, RED)]
    # The experiment.
    k += [b.line([(660, 150), (656, 1030)], 4, dash=24)]
    k += [b.text(700, 168, "② 実験　おもりの位置と重さ", 44, fit=570)]
    inks, at = lever(b, 985, 300, 270)
    k += [stand(b, 985, 300, 262), inks]
    k += [weight(b, *at(-3), "40g", YELLOW), weight(b, *at(4), "30g", RED)]
    k += [b.text(790, 530, "左", 40, YELLOW, "m"), b.text(1190, 530, "右", 40, RED, "m"), b.text(985, 606, "つり合った！", 42, GREEN, "m")]
    # The table.
    tx, ty, cw, ch = 700, 660, 84, 72
    k += [b.text(tx, 648, "右のうで", 36)]
    ty = 682
    rows = [("目もり", ["1", "2", "3", "4", "6"]), ("重さ(g)", ["120", "60", "40", "30", "20"]), ("重さ×目もり", ["120"] * 5)]
    for r in range(4):
        k.append(b.line([(tx, ty + r * ch), (tx + 160 + 5 * cw, ty + r * ch)], 4))
    for c in range(7):
        x = tx if c == 0 else tx + 160 + (c - 1) * cw
        k.append(b.line([(x, ty), (x, ty + 3 * ch)], 4))
    for r, (name, cells) in enumerate(rows):
        tint = YELLOW if r == 2 else WHITE
        k.append(b.text(tx + 80, ty + (r + 0.5) * ch, name, 36, tint, "m", fit=146))
        for c, cell in enumerate(cells):
            k.append(b.text(tx + 160 + (c + 0.5) * cw, ty + (r + 0.5) * ch, cell, 36, tint, "m"))
    k += [b.text(990, 948, "どこも 120 で同じ！", 42, YELLOW, "m"), b.line([(800, 980), (1180, 980)], 4, YELLOW)]
    k += [b.text(990, 1024, "目もりが2倍 → 重さは2分の1", 36, WHITE, "m")]
    # The rule.
    k += [b.line([(1318, 150), (1322, 1030)], 4, dash=24)]
    k += [b.text(1356, 168, "③ きまり", 44)]
    k += [b.text(1356, 244, "うでをかたむけるはたらき", 38, fit=500), b.text(1370, 312, "おもりの重さ × きょり", 44, YELLOW, fit=490)]
    k += [b.text(1620, 364, "（支点からの目もりの数）", 30, WHITE, "m")]
    k += [b.text(1356, 448, "左　40 × 3 = 120", 44), b.text(1356, 520, "右　□ × 4 = 120", 44)]
    k += [b.text(1420, 592, "□ = 120 ÷ 4 = 30", 44), b.text(1860, 656, "答え　30g", 46, RED, "r"), b.line([(1660, 690), (1862, 690)], 5, RED)]
    k += [b.frame(1356, 748, 512, 288, "まとめ", RED)]
    k += [b.text(1382, 814, "左右のうでで", 40), b.text(1382, 874, "「おもりの重さ×きょり」", 40, YELLOW, fit=470)]
    k += [b.text(1382, 934, "が等しいとき、てこは", 40), b.text(1382, 994, "水平につり合う。", 40)]
    photograph(b, k, ROOT / "rika-teko/board.jpg", [(-62, -30), (2040, -64), (2066, 1286), (-40, 1240)], (0.22, 0.24, 52), 21)


def sansu():
    b = Board(1.2, "klee", 12)
    k = []
    k += [b.text(60, 62, "11/20 (金)　算数", 40), b.text(430, 62, "分数のわり算", 62, YELLOW), b.line([(428, 106), (810, 104)], 5, YELLOW)]
    k += [b.frame(60, 170, 1000, 112, "めあて", BLUE), b.text(96, 232, "分数でわる計算のしかたを考え、説明しよう。", 44, fit=930)]
    k += [b.text(60, 340, "問", 46, YELLOW), b.rect(50, 312, 66, 60, 4, YELLOW)]
    k += [b.formula(136, 342, [("2", "3"), "分間で", ("4", "5"), "Lの水が入りました。"], 42), b.text(140, 436, "1分間では何L入りますか。", 44)]
    k += [b.text(60, 524, "式", 44, GREEN), b.formula(130, 530, [("4", "5"), "÷", [("2", "3"), YELLOW]], 48)]
    k += [b.text(700, 530, "（水の量 ÷ 時間）", 38, GREEN)]
    # Area model: width is one minute in thirds, height is litres.
    ax, ay, cell, tall = 110, 688, 270, 226
    k += [b.hatch(ax, ay, 2 * cell, tall, BLUE, 22)]
    k += [b.rect(ax, ay, 3 * cell, tall, 5)]
    for i in (1, 2):
        k.append(b.line([(ax + i * cell, ay), (ax + i * cell, ay + tall)], 5, WHITE if i == 1 else YELLOW))
    for i in range(3):
        tint = WHITE if i < 2 else RED
        k += [b.formula(ax + i * cell + 96, ay + tall / 2, [("2", "5"), "L"], 46, tint)]
    k += [b.line([(ax, ay - 10), (ax, ay - 30), (ax + 2 * cell, ay - 30), (ax + 2 * cell, ay - 10)], 4, BLUE)]
    k += [b.formula(ax + cell + 180, ay - 92, [("4", "5"), "L"], 40, BLUE)]
    k += [b.text(ax, ay + tall + 44, "0", 38, WHITE, "m"), b.text(ax + 3 * cell, ay + tall + 44, "1（分）", 38, WHITE, "m")]
    for i in (1, 2):
        k.append(b.formula(ax + i * cell - 18, ay + tall + 58, [(str(i), "3")], 36, YELLOW if i == 2 else WHITE))
    k += [b.text(ax + 1.5 * cell, 1044, "1分間では？", 36, RED, "m"), b.arrow(ax + 300, 1044, ax + 20, 1044, 4, RED, 16), b.arrow(ax + 510, 1044, ax + 790, 1044, 4, RED, 16)]
    # How it is calculated.
    k += [b.line([(1098, 130), (1092, 1036)], 4, dash=24)]
    k += [b.text(1130, 160, "考え方", 44, GREEN), b.rect(1118, 128, 150, 64, 4, GREEN)]
    k += [b.text(1130, 246, "①", 42), b.formula(1186, 250, [("1", "3"), "分間の量", "…", "2でわる"], 40)]
    k += [b.formula(1230, 354, [("4", "5"), "÷ 2", "=", ("4", "10"), "=", ("2", "5")], 42)]
    k += [b.text(1130, 458, "②", 42), b.text(1186, 458, "1分間は、その3つ分 … 3をかける", 40, fit=670)]
    k += [b.formula(1230, 556, [("2", "5"), "× 3", "=", ("6", "5"), "(L)"], 42)]
    k += [b.text(1130, 660, "まとめて書くと", 38, WHITE)]
    k += [b.formula(1150, 764, [("4", "5"), "÷", [("2", "3"), YELLOW], "=", ("4", "5"), "×", [("3", "2"), RED], "=", ("6", "5")], 46)]
    k += [b.text(1694, 648, "ひっくり返す（逆数）", 36, RED, "m", fit=340), b.arrow(1508, 668, 1464, 704, 4, RED, 16)]
    k += [b.frame(1130, 868, 730, 168, "まとめ", RED)]
    k += [b.text(1162, 930, "分数のわり算は、わる数の", 44, WHITE), b.text(1162, 994, "逆数", 50, YELLOW), b.text(1276, 994, "をかけて計算する。", 44)]
    photograph(b, k, ROOT / "sansu-bunsu/board.jpg", [(-30, -66), (2056, -34), (2044, 1252), (-66, 1290)], (0.80, 0.20, 48), 22)


def kokugo():
    b = Board(1.2, "klee", 13)
    k = []
    # Written downwards, from the right.
    k += [b.vtext(1860, 60, "十一月二十日（金）", 38)]
    k += [b.vtext(1778, 70, "漢字と言葉", 66, YELLOW), b.line([(1730, 70), (1728, 446)], 5, YELLOW, way="down")]
    k += [b.rect(1560, 70, 134, 800, 5, BLUE), b.vtext(1654, 88, "めあて", 36, BLUE)]
    k += [b.vtext(1650, 238, "同じ読みの言葉を使い分け、", 42, WHITE, 1.1), b.vtext(1596, 238, "熟語の組み立てを知ろう。", 42, WHITE, 1.1)]
    # Same reading, different kanji.
    k += [b.vtext(1500, 70, "一　同訓異字", 46, GREEN)]
    columns = [("あつい", [("暑い", "夏"), ("熱い", "湯"), ("厚い", "本")]), ("はかる", [("計る", "時間"), ("量る", "重さ"), ("測る", "長さ")]), ("つとめる", [("努める", "努力"), ("務める", "任務"), ("勤める", "通勤")])]
    x = 1424
    for reading, rows in columns:
        k += [b.vtext(x, 90, reading, 40, YELLOW), b.line([(x - 34, 96), (x - 34, 660)], 4, YELLOW, way="down")]
        for i, (word, hint) in enumerate(rows):
            y = 100 + 190 * i
            k += [b.vtext(x - 72, y, word, 46, WHITE, 1.06), b.vtext(x - 118, y + 14, "（" + hint + "）", 32, BLUE, 1.06)]
        x -= 178
    k += [b.rect(892, 712, 610, 96, 4, RED), b.text(1196, 760, "反対の言葉・熟語を考えよう", 42, RED, "m", fit=580)]
    k += [b.text(1196, 862, "暑い ←→ 寒い", 40, WHITE, "m"), b.text(1196, 930, "厚い ←→ うすい", 40, WHITE, "m"), b.text(1196, 998, "努める → 努力", 40, WHITE, "m")]
    # How two-kanji words are built.
    k += [b.line([(862, 60), (858, 1030)], 4, dash=24, way="down")]
    k += [b.vtext(806, 60, "二　熟語の組み立て", 46, GREEN)]
    kinds = [("似た意味", ["温暖", "救助"], "温かい・暖かい"), ("反対の意味", ["高低", "損得"], "高い・低い"), ("上が下をくわしく", ["曲線", "親友"], "曲がった線"), ("「〜を」「〜に」", ["読書", "登山"], "書を読む"), ("打ち消し", ["不足", "未定"], "まだ定まらない")]
    x = 724
    for name, words, say in kinds:
        k += [b.vtext(x, 66, name, 36, YELLOW, 1.08)]
        k += [b.vtext(x, 420, words[0], 52, WHITE, 1.06), b.vtext(x, 560, words[1], 52, WHITE, 1.06)]
        k += [b.vtext(x, 704, say, 34, BLUE, 1.04)]
        x -= 96
    k += [b.line([(276, 400), (770, 396)], 4), b.line([(276, 690), (770, 686)], 4)]
    # Summary.
    k += [b.rect(44, 60, 200, 850, 6, RED), b.vtext(204, 80, "まとめ", 38, RED)]
    k += [b.vtext(204, 236, "言葉の意味と前後の文から", 44, WHITE, 1.1), b.vtext(146, 236, "漢字を選ぶ。熟語は短い文に", 44, WHITE, 1.1), b.vtext(90, 236, "言いかえると、よくわかる。", 44, WHITE, 1.1)]
    photograph(b, k, ROOT / "kokugo-kanji/board.jpg", [(-40, -40), (2062, -72), (2036, 1296), (-70, 1262)], (0.50, 0.08, 44), 23)


def shakai():
    b = Board(1.2, "kurenaido", 14)
    k = []
    k += [b.text(60, 62, "11月20日（金）", 40), b.text(410, 62, "明治の国づくり", 62, YELLOW), b.line([(406, 106), (850, 104)], 5, YELLOW)]
    k += [b.frame(60, 168, 1120, 104, "めあて", BLUE), b.text(96, 228, "明治政府は、どのような国をつくろうとしたのだろう。", 44, fit=1050)]
    # Timeline.
    y = 452
    k += [b.arrow(60, y, 1860, y - 2, 7, WHITE, 30)]
    events = [(1853, "ペリー来航", 0), (1867, "大政奉還", 1), (1868, "五か条の御誓文", 0), (1871, "廃藩置県", 1), (1873, "徴兵令・地租改正", 0), (1877, "西南戦争", 1), (1885, "内閣制度", 0), (1889, "大日本帝国憲法", 1), (1890, "第1回国会", 0)]
    places = [140, 320, 520, 690, 900, 1090, 1290, 1500, 1730]
    for (year, name, low), x in zip(events, places):
        tint = RED if year in (1871, 1889) else WHITE
        k.append(b.line([(x, y - 16), (x, y + 16)], 6, YELLOW, wobble=0, way="down"))
        if low:
            k += [b.text(x, y + 44, str(year), 36, YELLOW, "m"), b.text(x, y + 90, name, 38, tint, "m", fit=250)]
        else:
            k += [b.text(x, y - 44, str(year), 36, YELLOW, "m"), b.text(x, y - 92, name, 38, tint, "m", fit=250)]
    # Rich country, strong army.
    k += [b.text(60, 630, "富国強兵", 54, YELLOW), b.text(310, 632, "国を豊かに・軍隊を強く", 38, WHITE)]
    cards = [(60, "学制", ["6才以上の男女が", "小学校へ"], "人を育てる"), (346, "徴兵令", ["20才の男子に", "兵役の義務"], "国の軍隊"), (632, "地租改正", ["地価の3%を", "現金で"], "収入の安定"), (918, "殖産興業", ["富岡製糸場など", "工場をつくる"], "工業を育てる")]
    for x, name, lines, aim in cards:
        k += [b.rect(x, 688, 266, 228, 5, GREEN), b.text(x + 133, 728, name, 42, GREEN, "m"), b.line([(x + 20, 758), (x + 246, 758)], 3, GREEN)]
        k += [b.text(x + 133, 794, lines[0], 32, WHITE, "m", fit=246), b.text(x + 133, 838, lines[1], 32, WHITE, "m", fit=246), b.text(x + 133, 884, "→ " + aim, 32, RED, "m", fit=246)]
    k += [b.text(60, 968, "農民は？", 40, BLUE), b.text(250, 968, "不作の年も税は同じ → 苦しい → 反対運動", 38, fit=900)]
    k += [b.text(250, 1028, "1877年　税率 3% → 2.5%", 38, YELLOW)]
    # Towards a parliament.
    k += [b.line([(1218, 590), (1214, 1036)], 4, dash=24, way="down")]
    k += [b.text(1250, 630, "国会を開こう！", 44, YELLOW), b.text(1590, 632, "（自由民権運動）", 36, WHITE)]
    k += [b.text(1250, 698, "板垣退助", 40, GREEN), b.text(1440, 698, "→ 国会の開設を求める", 36, fit=430)]
    k += [b.text(1250, 762, "伊藤博文", 40, GREEN), b.text(1440, 762, "→ 憲法づくり", 36)]
    k += [b.text(1250, 820, "選挙権は、税を多く納めた25才以上の男子だけ", 32, RED, fit=610)]
    k += [b.frame(1250, 890, 612, 146, "まとめ", RED), b.text(1276, 942, "外国に負けない国をめざし、国を", 38, fit=560), b.text(1276, 1000, "まとめ、憲法と国会を整えた。", 38, fit=560)]
    photograph(b, k, ROOT / "shakai-meiji/board.jpg", [(-66, -58), (2034, -36), (2070, 1270), (-36, 1292)], (0.30, 0.62, 34), 24)


MAKERS = {"rika-teko": rika, "sansu-bunsu": sansu, "kokugo-kanji": kokugo, "shakai-meiji": shakai}

if __name__ == "__main__":
    for key in sys.argv[1:] or MAKERS:
        MAKERS[key]()
        print(key)
