"""The recorded lesson of 分数のわり算."""

from chalk import BLUE, GREEN, RED, WHITE, YELLOW
from recording import Beat, card

FACE, SEED, TITLE = "klee", 41, "分数のわり算"


def heading(b, text):
    return [b.text(80, 84, text, 62, YELLOW), b.line([(78, 130), (90 + b.length(text, 62), 132)], 5, YELLOW)]


def problem(b):
    return [
        Beat("6年1組のみなさん、こんにちは。", slots={"card": card(b, "算数", TITLE, 2)}, pause=0.5),
        Beat("今日の算数は、分数のわり算です。", heading(b, "分数のわり算"), {"card": None}),
        Beat("めあては、分数でわる計算のしかたを考え、／説明することです。", [b.frame(80, 222, 1220, 116, "めあて", BLUE, 44), b.text(120, 286, "分数でわる計算のしかたを考え、説明しよう。", 50, fit=1150)], pause=0.7),
        Beat("問題です。水そうに、3分の2分間で、／5分の4リットルの水が入りました。", [b.rect(80, 404, 84, 76, 5, YELLOW), b.text(122, 442, "問", 54, YELLOW, "m"), b.formula(196, 446, [("2", "3"), "分間で", ("4", "5"), "Lの水が入りました。"], 56)]),
        Beat("1分間では、何リットルの水が／入るでしょうか。", [b.text(196, 560, "1分間では、何Lの水が入るでしょうか。", 56)], pause=1.6),
        Beat("式を考えましょう。もし、2分間で／6リットル入ったのなら、どうしますか。", [b.text(120, 680, "2分間で6L なら", 50, GREEN)], pause=1.6),
        Beat("水の量わる時間で、／6わる2、ですね。", [b.text(560, 680, "→　6 ÷ 2", 54, GREEN), b.text(900, 680, "（水の量 ÷ 時間）", 44, GREEN)]),
        Beat("時間が分数になっても、／考え方は同じです。", pause=0.5),
        Beat("だから式は、／5分の4わる3分の2です。", [b.text(120, 840, "式", 60, YELLOW), b.formula(230, 844, [("4", "5"), "÷", [("2", "3"), YELLOW]], 72)], pause=1.0),
    ]


def diagram(b):
    x, y, cell, tall = 300, 330, 420, 290
    box = [b.rect(x, y, 3 * cell, tall, 6)]
    axis = [b.text(x, y + tall + 56, "0", 50, WHITE, "m"), b.text(x + 3 * cell, y + tall + 56, "1（分）", 50, WHITE, "m")]
    thirds = [b.line([(x + i * cell, y), (x + i * cell, y + tall)], 6, way="down") for i in (1, 2)]
    ticks = [b.formula(x + cell - 24, y + tall + 74, [("1", "3")], 48), b.formula(x + 2 * cell - 24, y + tall + 74, [("2", "3")], 48, YELLOW)]
    brace = [b.line([(x, y - 14), (x, y - 40), (x + 2 * cell, y - 40), (x + 2 * cell, y - 14)], 5, BLUE), b.formula(x + cell - 60, y - 112, [("4", "5"), "L"], 54, BLUE)]

    def share(i, tint):
        return b.formula(x + i * cell + 160, y + tall / 2, [("2", "5"), "L"], 62, tint)

    return [
        Beat("では、計算のしかたを、／図で考えましょう。", heading(b, "図で考えよう")),
        Beat("この長方形の横の長さを、／1分間とします。", [box, axis], pause=0.5),
        Beat("3等分すると、1つ分は、／3分の1分間です。", [thirds, ticks[0]], pause=0.5),
        Beat("3分の2分間は、2つ分です。", [b.hatch(x, y, 2 * cell, tall, BLUE, 30, 5), ticks[1]], pause=0.3),
        Beat("ここに入った水が、／5分の4リットルです。", [brace], pause=0.7),
        Beat("では、1つ分は／何リットルでしょうか。", [b.text(140, 836, "1つ分", 52, GREEN)], {"mark": b.text(360, 836, "？", 64, RED)}, pause=2.2),
        Beat("5分の4を2でわって、10分の4。", [b.formula(330, 836, [("4", "5"), "÷ 2", "=", ("4", "10")], 58)], {"mark": None}, pause=0.3),
        Beat("約分して、5分の2リットルです。", [b.formula(b.right, 836, ["=", [("2", "5"), GREEN], "(L)"], 58), share(0, WHITE), share(1, WHITE)], pause=0.7),
        Beat("1分間は、その3つ分です。", [share(2, RED)], pause=0.5),
        Beat("5分の2かける3で、／5分の6リットルになります。", [b.text(140, 980, "3つ分", 52, RED), b.formula(330, 984, [("2", "5"), "× 3", "=", [("6", "5"), RED], "(L)"], 58)], pause=1.1),
    ]


def reciprocal(b):
    whole = b.formula(140, 470, [("4", "5"), "÷", [("2", "3"), YELLOW], "="], 74)
    at = b.right
    times = b.formula(at, 470, [("4", "5"), "×", [("3", "2"), RED]], 74)
    end = b.right
    return [
        Beat("今したことを、／式でふり返りましょう。", heading(b, "式でふり返ろう")),
        Beat("わる数の分子の2でわって、／分母の3をかけました。", [b.formula(140, 270, [("4", "5"), [" ÷ 2 ", GREEN], ["× 3", RED]], 74)], pause=0.7),
        Beat("2でわって3をかけることは、", [b.text(700, 270, "←　2でわって3をかける", 52, WHITE)], pause=0.15),
        Beat("2分の3をかけることと同じです。", [whole, times], pause=0.6),
        Beat("だから、5分の4わる3分の2は、／5分の6になります。", [b.formula(end, 470, ["=", ("12", "10"), "=", ("6", "5")], 74)], pause=0.8),
        Beat("3分の2と2分の3をかけると、／1になります。", [b.formula(140, 680, [[("2", "3"), YELLOW], "×", [("3", "2"), RED], "=", "1"], 66)], pause=0.5),
        Beat("かけると1になる2つの数の一方を、", pause=0.12, draw=[b.text(700, 650, "かけると1になる2つの数の一方を、", 48)]),
        Beat("もう一方の逆数といいます。", [b.text(700, 730, "もう一方の", 48), b.text(960, 730, "逆数", 58, YELLOW), b.text(1100, 730, "という。", 48)], pause=0.7),
        Beat("分数でわる計算は、わる数の逆数を／かければよいのです。", [b.rect(120, 850, 1420, 130, 6, GREEN), b.text(160, 916, "分数でわる → わる数の逆数をかける", 62, GREEN)], pause=1.1),
    ]


def practice(b):
    first = b.formula(140, 260, [("3", "8"), "÷", [("9", "10"), YELLOW]], 66)
    right = b.right
    second = b.formula(right, 260, ["=", ("3", "8"), "×", [("10", "9"), RED]], 66)
    end = b.right
    # Strokes through 3, 8, 10, 9 and what is left of them, from their places in the row.
    left = right + b.length("=", 66) + 0.27 * 66
    w1, w2 = b.fraction_width("3", "8", 66), b.fraction_width("10", "9", 66)
    c1 = left + w1 / 2
    c2 = left + w1 + 0.27 * 66 * 2 + b.length("×", 66) + w2 / 2
    up, down = 260 - 40, 260 + 41
    strike = lambda cx, cy, d=24: b.line([(cx - d, cy + 22), (cx + d, cy - 22)], 4, GREEN, wobble=0)
    cancel = [strike(c1, up), b.text(c1 + 42, up - 30, "1", 34, GREEN, "m"), strike(c2, down), b.text(c2 + 46, down + 30, "3", 34, GREEN, "m"),
              strike(c1, down), b.text(c1 + 42, down + 30, "4", 34, GREEN, "m"), strike(c2, up, 38), b.text(c2 + 60, up - 30, "5", 34, GREEN, "m")]
    return [
        Beat("練習です。8分の3わる10分の9を／計算してみましょう。", [heading(b, "練習しよう"), first], pause=1.6),
        Beat("わる数の逆数、／9分の10をかけます。", [second], pause=0.5),
        Beat("3と9を3で、10と8を2で約分します。", [cancel], pause=0.5),
        Beat("答えは、12分の5です。", [b.formula(end + 40, 260, ["=", [("5", "12"), RED]], 66)], pause=0.9),
        Beat("次は、答えの大きさを見てみましょう。", [b.text(140, 404, "わる数と商の大きさ", 52, YELLOW)], pause=0.4),
        Beat("6わる2分の3は、4。／6より小さくなりました。", [b.formula(180, 506, ["6 ÷", ("3", "2"), "= 4"], 56), b.text(620, 506, "小さい", 50, BLUE)], pause=0.5),
        Beat("6わる3分の2は、9。／6より大きくなりました。", [b.formula(180, 660, ["6 ÷", [("2", "3"), YELLOW], "= 9"], 56), b.text(620, 660, "大きい！", 50, RED)], pause=0.6),
        Beat("1より小さい数でわると、商は、／わられる数より大きくなるのです。", [b.text(900, 556, "1より小さい数でわると、", 48), b.text(900, 630, "商はわられる数より", 48), b.text(1370, 630, "大きい", 52, RED)], pause=1.0),
        Beat("最後に、まとめです。", [b.frame(100, 812, 1720, 172, "まとめ", RED, 48)], pause=0.3),
        Beat("分数のわり算は、わる数の逆数を／かけて計算します。", [b.text(150, 908, "分数のわり算は、わる数の", 60), b.text(894, 908, "逆数", 64, YELLOW), b.text(1040, 908, "をかけて計算する。", 60)], pause=0.9),
        Beat("どうしてその計算でよいのか、／図を使って説明してみましょう。", pause=0.6),
        Beat("ドリルにも、ちょうせんしてください。", pause=0.4),
        Beat("これで、今日の学習を終わります。", pause=1.2),
    ]


def scenes(b):
    return [problem(b), diagram(b), reciprocal(b), practice(b)]
