# Words of the shared components. Short, kind, readable by a child.

subject-japanese = 国語
subject-social = 社会
subject-mathematics = 算数
subject-science = 理科
subject-english = 外国語
subject-living = 生活
subject-music = 音楽
subject-art = 図工
subject-home = 家庭
subject-pe = 体育
subject-moral = 道徳
subject-integrated = 総合

button-undo = もとに もどす
button-close = とじる
choice-right = せいかい
choice-wrong = ちがいます
choice-answer = こたえ
toast-seconds = あと { $seconds }びょう
nav-label = メニュー
link-opens = { $words }（リンク）
text-size = 文字の 大きさ
text-size-percent = { $percent }%
text-size-sample = あいう 漢字

progress-percent = { $percent }%

state-ready = ぜんぶ あります
state-partial = { $all }この うち { $here }こ あります
state-waiting = これから とどきます
state-newer = あたらしい アプリが いります

key-space = スペース
key-enter = Enter
key-escape = Esc
key-arrows = ← →

viewer-zoom-in = 大きく する
viewer-zoom-out = 小さく する
viewer-fit = ぜんぶ 見る
viewer-page = { $page } / { $pages } ページ
viewer-page-next = つぎの ページ
viewer-page-previous = まえの ページ
viewer-opening = ひらいて います
photo-label = しゃしん { $name }
photo-broken = この しゃしんは こわれて います。ひらく ことが できません。先生に 言って ください。
photo-unknown = この しゅるいの しゃしんは、ひらく ことが できません。先生に 言って ください。
photo-too-large = この しゃしんは 大きすぎます。ひらく ことが できません。先生に 言って ください。
pdf-label = プリント { $name }
pdf-broken = この プリントは こわれて います。ひらく ことが できません。先生に 言って ください。
pdf-locked = この プリントには パスワードが あります。ひらく ことが できません。先生に 言って ください。
pdf-too-large = この プリントは 大きすぎます。ひらく ことが できません。先生に 言って ください。
pdf-too-many-pages = この プリントは ページが 多すぎます。ひらく ことが できません。先生に 言って ください。
pdf-page-broken = この ページは 見る ことが できません。ほかの ページは 見る ことが できます。
viewer-out-of-memory = 今は ひらく ことが できません。アプリを とじて、もういちど ひらいて ください。

pad-back = ひとつ もどす
hold-seconds = あと { $seconds }びょう おしつづけて ください
picture-star = ほし
picture-moon = 月
picture-sun = たいよう
picture-cloud = 雲
picture-flower = 花
picture-tree = 木
picture-fish = さかな
picture-rabbit = うさぎ
picture-apple = りんご
picture-house = 家
picture-boat = ふね
picture-car = 車
picture-umbrella = かさ
picture-ball = ボール
picture-book = 本
picture-key = かぎ
language-unreviewed = この ことばは、ふだん 話している 人が まだ 見ていません。

find-open = さがす
find-words = さがす ことば
find-previous = 前の ところ
find-next = つぎの ところ
find-place = { $place } / { $all }
find-none = ありませんでした。
