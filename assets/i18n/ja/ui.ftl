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
text-size = もじの 大きさ
text-size-percent = { $percent }%
text-size-sample = あいう 漢字

progress-percent = { $percent }%

state-ready = ぜんぶ あります
state-partial = { $here } / { $all } あります
state-waiting = これから とどきます
state-newer = あたらしい アプリが いります

key-space = スペース
key-enter = Enter
key-escape = Esc
key-arrows = ← →

viewer-zoom-in = 大きく
viewer-zoom-out = 小さく
viewer-fit = ぜんたい
viewer-page = { $page } / { $pages } ページ
viewer-page-next = つぎの ページ
viewer-page-previous = まえの ページ
viewer-opening = ひらいて います
photo-label = しゃしん { $name }
photo-broken = この しゃしんは こわれていて ひらけません。先生に しらせてください。
photo-unknown = この しゃしんの かたちは ひらけません。先生に しらせてください。
photo-too-large = この しゃしんは 大きすぎて ひらけません。先生に しらせてください。
pdf-label = プリント { $name }
pdf-broken = この プリントは こわれていて ひらけません。先生に しらせてください。
pdf-locked = この プリントは パスワードが かかっていて ひらけません。先生に しらせてください。
pdf-too-large = この プリントは 大きすぎて ひらけません。先生に しらせてください。
pdf-too-many-pages = この プリントは ページが 多すぎて ひらけません。先生に しらせてください。
pdf-page-broken = この ページは ひらけません。ほかの ページは 見られます。
viewer-out-of-memory = いまは ひらけません。アプリを とじて もういちど ひらいてください。

pad-back = ひとつ もどす
hold-seconds = あと { $seconds }びょう おしつづけてください
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
language-unreviewed = この ことばは、ふだん 話している 人が まだ たしかめていません。

find-open = さがす
find-words = さがす ことば
find-previous = 前の ところ
find-next = つぎの ところ
find-place = { $place } / { $all }
find-none = 見つかりませんでした。
