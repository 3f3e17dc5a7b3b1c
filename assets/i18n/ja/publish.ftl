# 教材をつくるときの文。先生が読む。

## ファイル
publish-file-unreadable = 「{ $file }」を読めません（{ $cause }）。ファイルがあるか、開けるかをたしかめてください。
publish-file-folder = 「{ $file }」はフォルダーです。中のファイルを入れてください。
publish-file-empty = 「{ $file }」は0バイトです。もとの場所からもう一度コピーしてください。
publish-file-unknown = 「{ $file }」は教材にできない形式です。JPEG、PNG、PDF、MP4、Markdown、テキスト、CSV、TSVのどれかにしてください。
publish-file-office = 「{ $file }」はオフィス文書です。PDFで保存して、そのPDFを入れてください。
publish-file-cancelled = 「{ $file }」をとりやめました。必要なときにもう一度入れてください。
publish-file-scratch = 「{ $file }」を変換する場所がありません（{ $cause }）。このパソコンの空き容量をふやしてください。

## 写真
publish-photo-empty = 写真「{ $file }」は0バイトです。カメラからもう一度コピーしてください。
publish-photo-truncated = 写真「{ $file }」は途中で切れています。カメラからもう一度コピーしてください。
publish-photo-broken = 写真「{ $file }」を読めません（{ $cause }）。撮りなおすか、保存しなおしてください。
publish-photo-not-photo = 「{ $file }」は名前は写真ですが、中身は写真ではありません。ファイルをたしかめてください。
publish-photo-heic = 「{ $file }」はHEIC形式の写真です。iPhoneやiPadの「設定→カメラ→フォーマット」で「互換性優先」を選んで撮るか、JPEGで保存した写真を入れてください。
publish-photo-form = 「{ $file }」は{ $form }形式の画像です。JPEGかPNGで保存して入れてください。
publish-photo-too-large = 写真「{ $file }」は{ $megabytes }MBで、50MBをこえています。小さくして保存してください。
publish-photo-too-many-pixels = 写真「{ $file }」は{ $megapixels }00万画素ほどあり、6400万画素までしか使えません。小さくして保存してください。

## プリント
publish-handout-empty = プリント「{ $file }」は0バイトです。保存しなおしてください。
publish-handout-truncated = PDF「{ $file }」は途中で切れています。保存かコピーをしなおしてください。
publish-handout-encrypted = PDF「{ $file }」にはパスワードがかかっています。パスワードなしで保存してください。
publish-handout-broken = 「{ $file }」はPDFとして読めません。PDFで保存しなおしてください。
publish-handout-too-large = PDF「{ $file }」は{ $megabytes }MBで、64MiBをこえています。小さくするか、二つに分けて保存してください。
publish-handout-too-many-pages = PDF「{ $file }」は{ $pages }ページで、500ページをこえています。分けて保存してください。

## 録画
publish-recording-empty = 録画「{ $file }」は0バイトです。カメラからもう一度コピーしてください。
publish-recording-not-video = 「{ $file }」は名前は動画ですが、中身は動画ではありません。ファイルをたしかめてください。
publish-recording-truncated = 録画「{ $file }」は途中で切れています。カメラからもう一度コピーしてください。
publish-recording-broken = 録画「{ $file }」を読めません（{ $cause }）。MP4で保存しなおしてください。
publish-recording-no-picture = 録画「{ $file }」には映像がありません。カメラをつけて録画してください。
publish-recording-too-large = 録画「{ $file }」は{ $megabytes }MBで、4GiBをこえています。二つに分けてください。
publish-recording-too-long = 録画「{ $file }」は{ $minutes }分で、3時間をこえています。二つに分けてください。
publish-recording-needs-ffmpeg = 録画「{ $file }」は{ $form }形式で、端末では再生できません。変換に使うffmpegがこのパソコンにないので、ffmpegを入れるか、AV1とOpusのMP4で保存してください。
publish-recording-ffmpeg-lacks = 録画「{ $file }」は変換が必要ですが、このパソコンのffmpegはAV1とOpusを書き出せません。libsvtav1とlibopusの入ったffmpeg 5以上を入れてください。
publish-recording-ffmpeg-failed = 録画「{ $file }」を変換できませんでした（{ $cause }）。このパソコンで再生できるかをたしかめてください。

## 字幕
publish-captions-broken = 「{ $file }」の字幕「{ $captions }」の{ $line }行目が読めません。その行を直すか、字幕のファイルをはずしてください。
publish-captions-too-large = 「{ $file }」の字幕「{ $captions }」が1MiBをこえています。ファイルをたしかめてください。
publish-captions-alone = 「{ $file }」は字幕です。録画と同じ名前にして同じ場所に置き、録画のほうを入れてください。

## 文章
publish-text-empty = 「{ $file }」には文字がありません。書いて保存してください。
publish-text-too-large = 文章「{ $file }」は1MiBをこえています。分けて保存してください。
publish-text-binary = 「{ $file }」は文章ではありません。ファイルをたしかめてください。
publish-text-encoding = 文章「{ $file }」の文字コードがわかりません。UTF-8で保存してください。

## ドリル
publish-drill-empty = ドリル「{ $file }」に問題がありません。2行目から1行に1問ずつ書いてください。
publish-drill-too-large = ドリル「{ $file }」は16MiBをこえています。分けて保存してください。
publish-drill-too-many-items = ドリル「{ $file }」は{ $items }問で、10000問をこえています。分けて保存してください。
publish-drill-no-column = 「{ $file }」の1行目に「{ publish-column }」の列がありません。1行目に列の名前を書いてください。
publish-drill-column-twice = 「{ $file }」の1行目に「{ publish-column }」の列が二つあります。一つにしてください。
publish-drill-rows = ドリル「{ $file }」に直してほしい行が{ $broken }行あります。直してもう一度入れてください。
publish-drill-refused = ドリル「{ $file }」は使えません（{ $cause }）。

## ドリルの列の名前（ほかの文のなかで使う）
publish-column = { $column ->
    [id] 番号
    [kind] 種類
    [question] 問題
    [choices] 選択肢
    [answer] 答え
    [explanation] 解説
    [skill] スキル
    [level] レベル
   *[other] { $column }
}

## ドリルの行
publish-row-open-quote = { $row }行目：引用符（"）がとじていません。とじてください。
publish-row-too-many-cells = { $row }行目：列が{ $found }個あり、1行目の{ $most }個より多くなっています。区切り文字をふくむ列は引用符（"）でかこんでください。
publish-row-missing = { $row }行目：「{ publish-column }」が空です。書いてください。
publish-row-too-long = { $row }行目：「{ publish-column }」が4000字をこえています。短くしてください。
publish-row-bad-id = { $row }行目：番号は64バイトまでです。短くしてください。
publish-row-id-twice = { $row }行目：番号「{ $id }」は{ $earlier }行目と同じです。どちらかを変えてください。
publish-row-bad-kind = { $row }行目：種類「{ $kind }」はありません。choice（選択）、choices（複数選択）、text（記述）、number（数）、order（並べかえ）のどれかにしてください。
publish-row-bad-level = { $row }行目：レベル「{ $level }」は使えません。1から5で書いてください。
publish-row-choice-count = { $row }行目：選択肢が{ $found }個です。2個から50個を「|」で区切って書いてください。
publish-row-bad-choice = { $row }行目：{ $place }番目の選択肢が空か、同じものが二つあります。直してください。
publish-row-not-a-choice = { $row }行目：答え「{ $answer }」が選択肢にありません。選択肢と同じに書いてください。
publish-row-one-answer = { $row }行目：一つ選ぶ問題に答えが{ $found }個あります。一つにするか、種類をchoices（複数選択）にしてください。
publish-row-not-an-order = { $row }行目：答えに選択肢が一度ずつ出ていません。正しい順に「|」で区切って書いてください。
publish-row-not-a-number = { $row }行目：答え「{ $answer }」は数ではありません。数だけを書くか、種類をtext（記述）にしてください。

## リンク
publish-link-missing = 「{ $file }」にアドレスがありません。リンクを作りなおすか、アドレスを入力してください。
publish-link-bad = 「{ $file }」のアドレス「{ $url }」は使えません。https:// か http:// ではじまるアドレスにしてください。

## 授業
publish-lesson-no-materials = 授業に教材がありません。ファイルか文章かリンクを一つ以上入れてください。
publish-lesson-too-many-materials = 教材が{ $materials }個で、200個をこえています。授業を二つに分けてください。
publish-lesson-no-title = 授業の題名がありません。書いてください。
publish-lesson-bad-label = 授業の{ $field ->
    [title] 題名
    [unit] 単元
   *[source] 出典
}が200字をこえているか、使えない文字があります。直してください。
publish-lesson-bad-period = { $period }校時はありません。1から12で選んでください。
publish-lesson-expires-early = 期限（{ $expires }）が授業の日（{ $day }）より前です。後の日を選んでください。
publish-lesson-too-many-revisions = この授業は直した回数が多すぎます。新しい授業として配ってください。
publish-lesson-refused = この授業は配れません（{ $cause }）。
publish-lesson-random = 授業の番号を作れません（{ $cause }）。パソコンを再起動してください。

## お知らせ
publish-note-photo-scaled = 写真を{ $width }×{ $height }に小さくしました。
publish-note-photo-turned = 写真の向きを直しました。
publish-note-text-encoding = { $encoding }の文字として読みました。
publish-note-recording-converted = 端末で再生できる形式に変換しました。
publish-note-recording-no-captions = 字幕がありません。同じ名前の .vtt ファイルを録画と同じ場所に置くと、字幕がつきます。
publish-note-recording-no-sound = 録画に音がありません。
