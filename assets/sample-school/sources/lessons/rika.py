"""The recorded lesson of てこのはたらき."""

import math

from boards import lever, stand, weight
from chalk import BLUE, GREEN, RED, WHITE, YELLOW
from recording import Beat, card

FACE, SEED, TITLE = "yomogi", 31, "てこのはたらき"


def three_points(b):
    def plank(d):
        return (900 + d, 640 - 0.28 * d)

    def push(d):
        """The hand's force at a distance `d` from the fulcrum; the nearer, the greater."""
        b.rand.seed(int(d))
        x, y = plank(d)
        long = 34000 / d + 26
        return [b.arrow(x, y - 16 - long, x, y - 16, 12, RED, 34), b.text(x, y + 66, "力点", 54, RED, "m")]

    load = [plank(-530), plank(-415)]
    (ax, ay), (bx, by) = [(x, y - 12) for x, y in load]
    ux, uy = (bx - ax), (by - ay)
    box = [(ax, ay), (bx, by), (bx + uy * 0.85, by - ux * 0.85), (ax + uy * 0.85, ay - ux * 0.85), (ax, ay)]
    middle = (sum(p[0] for p in box[:4]) / 4, sum(p[1] for p in box[:4]) / 4)
    picture = [
        b.line([(260, 806), (1620, 806)], 5),
        b.fill([(900, 654), (830, 804), (970, 804)], WHITE, 0.5),
        b.line([plank(-560), plank(600)], 18, wobble=0.6),
        b.line(box, 6, YELLOW, wobble=0.5),
        b.text(*middle, "荷物", 42, YELLOW, "m"),
    ]
    return [
        Beat("6年1組のみなさん、こんにちは。", slots={"card": card(b, "理科", TITLE, 3)}, pause=0.5),
        Beat("今日の理科は、／てこのはたらきです。", [b.text(80, 80, "てこのはたらき", 76, YELLOW), b.line([(78, 132), (620, 134)], 6, YELLOW)], {"card": None}),
        Beat("めあては、てこが水平につり合う／きまりを見つけることです。", [b.frame(80, 222, 1060, 116, "めあて", BLUE, 44), b.text(120, 286, "てこが水平につり合うきまりを見つけよう。", 48, fit=980)], pause=0.7),
        Beat("まず、てこの3つの点を／たしかめましょう。", picture, pause=0.6),
        Beat("ぼうをささえているところを、／支点といいます。", [b.text(900, 860, "支点", 60, GREEN, "m"), b.circle(900, 650, 40, 34, 6, GREEN)], say="棒をささえているところを、支点といいます。"),
        Beat("手で力を加えているところが、／力点です。", slots={"push": push(520)}),
        Beat("そして、ものに力がはたらくところが、／作用点です。", [b.text(424, 860, "作用点", 60, YELLOW, "m"), b.line([(424, 824), (424, 800)], 5, YELLOW, way="down")], pause=0.7),
        Beat("では、力点を支点に近づけると、／手ごたえはどうなるでしょう。", move={"push": lambda u: push(520 - 330 * u)}, pause=1.6),
        Beat("手ごたえは、重くなります。／大きな力がいるのです。", [b.text(1240, 930, "近い → 重い", 54, WHITE)]),
        Beat("反対に、力点を支点から遠ざけると、／小さい力ですみます。", [b.text(1240, 1000, "遠い → 軽い", 54, RED)], move={"push": lambda u: push(190 + 380 * u)}, pause=0.9, begin=0.5),
    ]


def experiment(b):
    x, y, half = 960, 400, 640
    high = [b.text(80, 80, "実験　おもりの位置と重さ", 60, YELLOW), b.line([(78, 124), (790, 126)], 5, YELLOW)]

    def state(angle, left=None, right=None):
        b.rand.seed(4)
        inks, at = lever(b, x, y, half, angle, size=40)
        inks = [inks]
        for sign, load, tint in ((-1, left, YELLOW), (1, right, RED)):
            if load:
                inks.append(weight(b, *at(sign * load[0]), load[1], tint, 46, 70, 116, 84))
        return inks

    def settle(u, start):
        """From a slope to level, swinging once past it."""
        return start * (1 - u) * math.cos(2.2 * math.pi * u)

    left = (3, "40g")
    return [
        Beat("では、実験用てこで／きまりを調べましょう。", [high, stand(b, x, y, 440, 150)], slots={"lever": state(0)}),
        Beat("左のうでの目もり3に、／40グラムのおもりをつるします。", slots={"lever": state(0, left)}, pause=0.3),
        Beat("左にかたむきましたね。", slots={"note": b.text(960, 960, "左にかたむく", 62, YELLOW, "m")}, move={"lever": lambda u: state(-8 * min(1, u * 1.6), left)}, pause=0.7),
        Beat("右のうでの目もり2に、／40グラムをつるすとどうなるでしょう。", slots={"lever": state(-8, left, (2, "40g"))}, pause=0.3),
        Beat("予想してみましょう。", slots={"note": [b.text(960, 950, "？", 84, RED, "m"), b.circle(960, 950, 66, 60, 5, RED)]}, pause=2.6),
        Beat("まだ、左にかたむいたままです。", slots={"note": b.text(960, 960, "左にかたむく", 62, YELLOW, "m")}, move={"lever": lambda u: state(-8 + 1.6 * math.sin(math.pi * u), left, (2, "40g"))}, pause=0.6),
        Beat("右のおもりを、目もり3に動かすと、", move={"lever": lambda u: state(-8, left, (2 + u, "40g"))}, pause=0.2),
        Beat("水平につり合いました。", slots={"note": b.text(960, 960, "水平につり合う！", 62, GREEN, "m")}, move={"lever": lambda u: state(settle(u, -8), left, (3, "40g"))}, pause=0.9),
        Beat("では、右の目もり4で／つり合わせたいときは、", slots={"lever": state(0, left, (4, "□g")), "note": None}, pause=0.2),
        Beat("何グラムのおもりを／つるせばよいでしょうか。", [b.text(960, 960, "□は何g？", 62, RED, "m")], pause=2.2),
    ]


def rule(b):
    x, y, half = 1370, 330, 470

    def state(angle, right):
        b.rand.seed(4)
        inks, at = lever(b, x, y, half, angle, size=34)
        return [inks, weight(b, *at(-3), "40g", YELLOW, 38, 56, 92, 66), weight(b, *at(4), right, RED, 38, 56, 92, 66)]

    tx, ty, cw, ch, head = 150, 700, 190, 84, 330
    marks, grams = ["1", "2", "3", "4", "6"], ["120", "60", "40", "30", "20"]
    grid = [b.line([(tx, ty + r * ch), (tx + head + 5 * cw, ty + r * ch)], 5) for r in range(3)]
    grid += [b.line([(tx + d, ty), (tx + d, ty + 2 * ch)], 5, way="down") for d in (0, *[head + c * cw for c in range(6)])]
    names = [b.text(tx + head / 2, ty + ch / 2, "右の目もり", 46, WHITE, "m"), b.text(tx + head / 2, ty + 1.5 * ch, "おもりの重さ(g)", 42, WHITE, "m", fit=head - 20)]
    row1 = [b.text(tx + head + (c + 0.5) * cw, ty + ch / 2, m, 50, WHITE, "m") for c, m in enumerate(marks)]
    row2 = [b.text(tx + head + (c + 0.5) * cw, ty + 1.5 * ch, g, 50, YELLOW, "m") for c, g in enumerate(grams)]
    return [
        Beat("うでをかたむけるはたらきの大きさは、", [b.text(80, 80, "うでをかたむけるはたらき", 56, YELLOW), b.line([(78, 122), (760, 124)], 5, YELLOW)], pause=0.15),
        Beat("おもりの重さ、かける、／支点からのきょりで表せます。", [b.text(80, 196, "おもりの重さ × きょり", 60, WHITE), b.text(400, 262, "（支点からの目もりの数）", 38, WHITE)], pause=0.7),
        Beat("左のはたらきは、／40かける3で、120です。", [b.text(80, 350, "左　40 × 3 = 120", 58, YELLOW), stand(b, x, y, 280, 110)], slots={"lever": state(-6, "□g")}),
        Beat("右も120になれば、つり合います。", [b.text(80, 440, "右　□ × 4 = 120", 58, RED)]),
        Beat("四角は、120わる4で、30です。", [b.text(150, 530, "□ = 120 ÷ 4 = 30", 58, WHITE), b.line([(150 + b.length("□ = 120 ÷ 4 = ", 58), 568), (158 + b.length("□ = 120 ÷ 4 = 30", 58), 568)], 6, RED)], pause=0.6),
        Beat("30グラムのおもりをつるすと、／水平につり合います。", move={"lever": lambda u: state(-6 * (1 - u) * math.cos(2.2 * math.pi * u), "30g")}, pause=0.9),
        Beat("つり合うときの、右の目もりと／おもりの重さを表にしました。", [grid, names, row1], say="つり合うときの、右の目もりと、おもりの重さを、表にしました。"),
        Beat("重さかける目もりは、／どこも120になっています。", [row2], pause=0.7),
        Beat("目もりが2倍になると、／重さは2分の1になります。", [b.text(600, 918, "目もり 2倍 → 重さ 2分の1", 48, GREEN), b.circle(tx + head + 0.5 * cw, ty + ch, 78, 76, 5, GREEN), b.circle(tx + head + 1.5 * cw, ty + ch, 78, 76, 5, GREEN)]),
        Beat("これは、算数で学ぶ反比例の関係です。", [b.text(600, 990, "（反比例）", 48, WHITE)], pause=0.9),
    ]


def tools(b):
    px, py = 500, 400
    cut = [
        b.fill([(px + 10, py - 14), (px + 10, py + 22), (130, 318), (150, 300)], WHITE, 0.55),
        b.fill([(px + 10, py + 14), (px + 10, py - 22), (130, 482), (150, 500)], WHITE, 0.55),
        b.line([(px, py), (690, 488)], 14), b.line([(px, py), (690, 312)], 14),
        b.circle(756, 522, 70, 52, 12), b.circle(756, 278, 70, 52, 12),
        b.circle(px, py, 12, 12, 10, GREEN),
    ]
    curve = []
    for side in (-1, 1):
        points = []
        for i in range(0, 41):
            t = i / 40
            x0, x1, x2, x3 = 1800, 1600, 1330, 1120
            o0, o1, o2, o3 = 0, 120, 110, 22
            x = (1 - t) ** 3 * x0 + 3 * (1 - t) ** 2 * t * x1 + 3 * (1 - t) * t * t * x2 + t**3 * x3
            o = (1 - t) ** 3 * o0 + 3 * (1 - t) ** 2 * t * o1 + 3 * (1 - t) * t * t * o2 + t**3 * o3
            points.append((x, 400 + side * o))
        curve.append(b.line(points, 11, WHITE, wobble=0))
    return [
        Beat("くらしの中の道具も見てみましょう。", [b.text(80, 80, "てこを使った道具", 60, YELLOW), b.line([(78, 124), (570, 126)], 5, YELLOW)]),
        Beat("はさみは、支点が、／力点と作用点の間にあります。", [cut, b.text(px, 300, "支点", 50, GREEN, "m"), b.text(860, 400, "力点", 50, RED, "m"), b.text(200, 400, "作用点", 46, YELLOW, "m")], pause=0.7),
        Beat("厚い紙を切るときは、先と根もとの、／どちらで切ると楽でしょうか。", [b.text(110, 610, "先？", 50, WHITE), b.arrow(160, 570, 160, 512, 6, WHITE), b.text(380, 610, "根もと？", 50, WHITE), b.arrow(440, 570, 440, 460, 6, WHITE)], pause=2.4),
        Beat("支点に近い、根もとで切ると楽です。", [b.circle(464, 610, 120, 46, 6, RED), b.text(600, 610, "○ 楽に切れる", 46, RED)]),
        Beat("支点から作用点までのきょりが、／短くなるからです。", pause=0.9),
        Beat("ピンセットは、力点が／真ん中にあります。", [curve, b.arrow(1440, 200, 1440, 296, 10, RED, 28), b.arrow(1440, 600, 1440, 504, 10, RED, 28), b.text(1530, 210, "力点", 50, RED, "m"), b.text(1830, 330, "支点", 46, GREEN, "m"), b.text(1130, 320, "作用点", 46, YELLOW, "m")]),
        Beat("はたらく力が小さくなるので、／やわらかいものも、つぶさずにつまめます。", [b.circle(1112, 400, 20, 20, 8, BLUE), b.text(1200, 660, "力が小さくなる → そっとつまめる", 40, BLUE, fit=640)], pause=0.9),
        Beat("最後に、まとめです。", [b.frame(100, 770, 1720, 220, "まとめ", RED, 48)], pause=0.3),
        Beat("左右で「おもりの重さ×きょり」が／等しいとき、", [b.text(150, 852, "左右で「おもりの重さ × きょり」が等しいとき、", 56, WHITE, fit=1620)], say="左右で、おもりの重さかけるきょりが、等しいとき、", pause=0.15),
        Beat("てこは、水平につり合います。", [b.text(150, 936, "てこは水平につり合う。", 56, YELLOW)], pause=1.0),
        Beat("ドリルで、たしかめてみましょう。", pause=0.4),
        Beat("これで、今日の学習を終わります。", pause=1.2),
    ]


def scenes(b):
    return [three_points(b), experiment(b), rule(b), tools(b)]
