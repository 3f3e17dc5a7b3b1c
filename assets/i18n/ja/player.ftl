# Words of the recorded-lesson player. Short, kind, readable by a child.

player-picture = じゅぎょうの どうが
player-play = さいせい
player-pause = とめる
player-again = さいしょから 見る
player-seek = さいせいの いち
player-time = { $now } / { $all }
player-speed = はやさ
player-speed-times = { $times }ばい
player-mute = おとを けす
player-unmute = おとを 出す
player-volume = おとの 大きさ
player-captions-show = 字まくを 出す
player-captions-hide = 字まくを けす
player-opening = ひらいて います
player-waiting = すこし まってね
player-ended = おわりました

player-notice-cut-short = この どうがは とちゅうで 切れています。のこりは 先生に きいてください。
player-notice-part-missing = この あとの どうがは まだ とどいていません。つながったら つづきが 見られます。
player-notice-frames-lost = どうがの 一ぶが こわれています。見られるところを うつしています。
player-notice-sound-codec = おとが でません：おとの かたちが ちがいます（{ $codec }）。先生に しらせてください。
player-notice-no-speaker = おとが でません：スピーカーが ありません。字まくが あれば よめます。

player-error-no-parts = この どうがは まだ とどいていません。つながったら もういちど ひらいてください。
player-error-unreadable = この どうがを よみこめません。とじて もういちど ひらいてください。
player-error-not-mp4 = この ファイルは どうがでは ありません。先生に しらせてください。
player-error-damaged = この どうがは こわれていて ひらけません。先生に しらせてください。
player-error-no-video = この どうがには えいぞうが ありません。先生に しらせてください。
player-error-not-av1 = この どうがの かたち（{ $codec }）は うつせません。先生に しらせてください。
player-error-too-large = この どうがは 大きすぎて うつせません。先生に しらせてください。
player-error-stopped = どうがが とまってしまいました。とじて もういちど ひらいてください。
