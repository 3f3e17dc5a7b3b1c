# Sentences while materials are made. Teachers read them.

## Files
publish-file-unreadable = 「{ $file }」を 読む ことが できません（{ $cause }）。ファイルが あるか、ひらく ことが できるか、見て ください。
publish-file-folder = 「{ $file }」は フォルダーです。中の ファイルを 入れて ください。
publish-file-empty = 「{ $file }」は 0バイトです（中に 何も ありません）。もとの ところから、もういちど コピーして ください。
publish-file-unknown = 「{ $file }」は 教材に する ことが できません。JPEG、PNG、PDF、MP4、Markdown、テキスト、CSV、TSV の どれかに して ください。
publish-file-office = 「{ $file }」は オフィスの ファイル（Word や Excel など）です。PDF で 保存して、その PDF を 入れて ください。
publish-file-cancelled = 「{ $file }」を とめました。いる ときは、もういちど 入れて ください。
publish-file-scratch = 「{ $file }」の 形を かえる ばしょが ありません（{ $cause }）。この パソコンの いらない ファイルを 消して ください。

## Photos
publish-photo-empty = 写真「{ $file }」は 0バイトです（中に 何も ありません）。カメラから、もういちど コピーして ください。
publish-photo-truncated = 写真「{ $file }」は とちゅうで 切れて います。カメラから、もういちど コピーして ください。
publish-photo-broken = 写真「{ $file }」を 読む ことが できません（{ $cause }）。もういちど とるか、もういちど 保存して ください。
publish-photo-not-photo = 「{ $file }」は、名前は 写真です。でも、中は 写真では ありません。ファイルを 見て ください。
publish-photo-heic = 「{ $file }」は HEIC の 写真です。iPhone や iPad の「設定→カメラ→フォーマット」で「互換性優先」を えらんで、とって ください。または、JPEG で 保存した 写真を 入れて ください。
publish-photo-form = 「{ $file }」は { $form } の 画像です。JPEG か PNG で 保存して、入れて ください。
publish-photo-too-large = 写真「{ $file }」は { $megabytes }MB です。50MB までです。小さく して 保存して ください。
publish-photo-too-many-pixels = 写真「{ $file }」は 大きすぎます（{ $megapixels }00万画素）。6400万画素までです。小さく して 保存して ください。

## Handouts
publish-handout-empty = プリント「{ $file }」は 0バイトです（中に 何も ありません）。もういちど 保存して ください。
publish-handout-truncated = PDF「{ $file }」は とちゅうで 切れて います。もういちど 保存するか、コピーして ください。
publish-handout-encrypted = PDF「{ $file }」には パスワードが あります。パスワードを つけないで 保存して ください。
publish-handout-broken = 「{ $file }」を PDF として 読む ことが できません。もういちど PDF で 保存して ください。
publish-handout-too-large = PDF「{ $file }」は { $megabytes }MB です。64MiB までです。小さく するか、2つに 分けて 保存して ください。
publish-handout-too-many-pages = PDF「{ $file }」は { $pages }ページです。500ページまでです。分けて 保存して ください。

## Recordings
publish-recording-empty = ビデオ「{ $file }」は 0バイトです（中に 何も ありません）。カメラから、もういちど コピーして ください。
publish-recording-not-video = 「{ $file }」は、名前は ビデオです。でも、中は ビデオでは ありません。ファイルを 見て ください。
publish-recording-truncated = ビデオ「{ $file }」は とちゅうで 切れて います。カメラから、もういちど コピーして ください。
publish-recording-broken = ビデオ「{ $file }」を 読む ことが できません（{ $cause }）。もういちど MP4 で 保存して ください。
publish-recording-no-picture = ビデオ「{ $file }」には 絵が 入って いません。カメラを つけて、とって ください。
publish-recording-too-large = ビデオ「{ $file }」は { $megabytes }MB です。4GiB までです。2つに 分けて ください。
publish-recording-too-long = ビデオ「{ $file }」は { $minutes }分です。3時間までです。2つに 分けて ください。
publish-recording-needs-ffmpeg = たんまつは、ビデオ「{ $file }」（{ $form }）を 見せる ことが できません。形を かえる アプリ ffmpeg が、この パソコンに ありません。ffmpeg を 入れて ください。または、AV1 と Opus の MP4 で 保存して ください。
publish-recording-ffmpeg-lacks = ビデオ「{ $file }」は、形を かえてから つかいます。でも、この パソコンの ffmpeg は AV1 と Opus を 書く ことが できません。libsvtav1 と libopus が 入った ffmpeg（5か、もっと 新しい もの）を 入れて ください。
publish-recording-ffmpeg-failed = ビデオ「{ $file }」の 形を かえる ことが できませんでした（{ $cause }）。この パソコンで 見る ことが できるか、ためして ください。

## Captions
publish-captions-broken = 「{ $file }」の 字まく（文字）「{ $captions }」の { $line }行目を 読む ことが できません。その 行を なおして ください。または、字まくの ファイルを はずして ください。
publish-captions-too-large = 「{ $file }」の 字まく（文字）「{ $captions }」が 大きすぎます。1MiB までです。ファイルを 見て ください。
publish-captions-alone = 「{ $file }」は 字まく（ビデオの 文字）です。ビデオと 同じ 名前に して、同じ ところに おいて ください。それから ビデオを 入れて ください。

## Texts
publish-text-empty = 「{ $file }」には 文字が ありません。書いて 保存して ください。
publish-text-too-large = 文「{ $file }」が 大きすぎます。1MiB までです。分けて 保存して ください。
publish-text-binary = 「{ $file }」は 文では ありません。ファイルを 見て ください。
publish-text-encoding = 文「{ $file }」の 文字コード（文字の しゅるい）が わかりません。UTF-8 で 保存して ください。

## Drills
publish-drill-empty = ドリル「{ $file }」に 問題が ありません。2行目から、1行に 1問ずつ 書いて ください。
publish-drill-too-large = ドリル「{ $file }」が 大きすぎます。16MiB までです。分けて 保存して ください。
publish-drill-too-many-items = ドリル「{ $file }」は { $items }問です。10000問までです。分けて 保存して ください。
publish-drill-no-column = 「{ $file }」の 1行目に「{ publish-column }」の れつ（たての ならび）が ありません。1行目に れつの 名前を 書いて ください。
publish-drill-column-twice = 「{ $file }」の 1行目に「{ publish-column }」の れつ（たての ならび）が 2つ あります。1つに して ください。
publish-drill-rows = ドリル「{ $file }」に、なおす 行が { $broken }行 あります。なおして、もういちど 入れて ください。
publish-drill-refused = ドリル「{ $file }」は つかう ことが できません（{ $cause }）。

## Names of a drill’s columns (used in other sentences)
publish-column = { $column ->
    [id] 番号
    [kind] 種類
    [question] 問題
    [choices] せんたくし
    [answer] 答え
    [explanation] 説明
    [skill] スキル
    [level] レベル
   *[other] { $column }
}

## Rows of a drill
publish-row-open-quote = { $row }行目：「"」（引用符）が とじて いません。おわりに「"」を 書いて ください。
publish-row-too-many-cells = { $row }行目：れつが { $found }こ あります。1行目は { $most }こです。区切りの 文字が 入って いる ところは、「"」（引用符）で はさんで ください。
publish-row-missing = { $row }行目：「{ publish-column }」に 何も ありません。書いて ください。
publish-row-too-long = { $row }行目：「{ publish-column }」が 長すぎます。4000字までです。みじかく して ください。
publish-row-bad-id = { $row }行目：番号が 長すぎます。64バイトまでです。みじかく して ください。
publish-row-id-twice = { $row }行目：番号「{ $id }」は { $earlier }行目と 同じです。どちらかを かえて ください。
publish-row-bad-kind = { $row }行目：種類「{ $kind }」は ありません。choice（1つ えらぶ）、choices（いくつか えらぶ）、text（ことばで 書く）、number（数）、order（ならべる）の どれかに して ください。
publish-row-bad-level = { $row }行目：レベル「{ $level }」は つかう ことが できません。1から 5までで 書いて ください。
publish-row-choice-count = { $row }行目：せんたくし（えらぶ もの）が { $found }こです。2こから 50こまで 書いて ください。間に「|」を 書いて ください。
publish-row-bad-choice = { $row }行目：{ $place }番目の せんたくし（えらぶ もの）に 何も ないか、同じ ものが 2つ あります。なおして ください。
publish-row-not-a-choice = { $row }行目：答え「{ $answer }」が、せんたくし（えらぶ もの）の 中に ありません。せんたくしと 同じに 書いて ください。
publish-row-one-answer = { $row }行目：1つ えらぶ 問題に、答えが { $found }こ あります。1つに して ください。または、種類を choices（いくつか えらぶ）に して ください。
publish-row-not-an-order = { $row }行目：答えには、ぜんぶの せんたくし（えらぶ もの）を 1回ずつ 書きます。正しい 順に 書いて、間に「|」を 書いて ください。
publish-row-not-a-number = { $row }行目：答え「{ $answer }」は 数では ありません。数だけを 書いて ください。または、種類を text（ことばで 書く）に して ください。

## Links
publish-link-missing = 「{ $file }」に アドレスが ありません。リンクを もういちど 作って ください。または、アドレスを 書いて ください。
publish-link-bad = 「{ $file }」の アドレス「{ $url }」は つかう ことが できません。https:// か http:// で はじまる アドレスに して ください。

## Lessons
publish-lesson-no-materials = 授業に 教材が ありません。ファイル、文、リンクの どれかを 1つは 入れて ください。
publish-lesson-too-many-materials = 教材が { $materials }こ あります。200こまでです。授業を 2つに 分けて ください。
publish-lesson-no-title = 授業の 題名が ありません。書いて ください。
publish-lesson-bad-label = 授業の「{ $field ->
    [title] 題名
    [unit] たんげん
   *[source] もとの 本など
}」が 200字より 長いか、つかう ことが できない 文字が あります。なおして ください。
publish-lesson-bad-period = { $period }時間目は ありません。1から 12までで えらんで ください。
publish-lesson-expires-early = おわりの 日（{ $expires }）が、授業の 日（{ $day }）より 前です。後の 日を えらんで ください。
publish-lesson-too-many-revisions = この 授業は、何回も なおしすぎました。新しい 授業として くばって ください。
publish-lesson-refused = この 授業は くばる ことが できません（{ $cause }）。
publish-lesson-random = 授業の 番号を 作る ことが できません（{ $cause }）。パソコンの でんげんを 切って、もういちど 入れて ください。

## Notices
publish-note-photo-scaled = 写真を { $width }×{ $height } に 小さく しました。
publish-note-photo-turned = 写真の むきを なおしました。
publish-note-text-encoding = { $encoding } の 文字として 読みました。
publish-note-recording-converted = たんまつで 見る ことが できる 形に しました。
publish-note-recording-no-captions = 字まく（文字）が ありません。同じ 名前の .vtt ファイルを ビデオと 同じ ところに おくと、字まくが つきます。
publish-note-recording-no-sound = ビデオに 音が ありません。
