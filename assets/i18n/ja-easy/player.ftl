# Words of the recorded-lesson player. Short, kind, readable by a child.

player-picture = じゅぎょうの ビデオ
player-play = 見る
player-pause = とめる
player-again = さいしょから 見る
player-seek = 見て いる ところ
player-time = { $now } / { $all }
player-speed = はやさ
player-speed-times = { $times }ばい
player-mute = 音を けす
player-unmute = 音を 出す
player-volume = 音の 大きさ
player-captions-show = 字まく（文字）を 出す
player-captions-hide = 字まく（文字）を けす
player-opening = ひらいて います
player-waiting = すこし まって ください
player-ended = おわりました

player-notice-cut-short = この ビデオは とちゅうで 切れて います。のこりは 先生に 聞いて ください。
player-notice-part-missing = ビデオの つづきは、これから とどきます。学校に つながると、つづきを 見る ことが できます。
player-notice-frames-lost = ビデオの 中に、こわれた ところが あります。見る ことが できる ところだけ 出します。
player-notice-sound-codec = 音が 出ません。この しゅるいの 音（{ $codec }）は、ここでは 聞く ことが できません。先生に 言って ください。
player-notice-no-speaker = 音が 出ません。スピーカー（音を 出す きかい）が ありません。字まく（文字）が あれば、読む ことが できます。

player-error-no-parts = この ビデオは まだ とどいて いません。学校に つながったら、もういちど ひらいて ください。
player-error-unreadable = この ビデオを 読む ことが できません。とじて、もういちど ひらいて ください。
player-error-not-mp4 = この ファイルは ビデオでは ありません。先生に 言って ください。
player-error-damaged = この ビデオは こわれて います。ひらく ことが できません。先生に 言って ください。
player-error-no-video = この ビデオには 絵が 入って いません。先生に 言って ください。
player-error-not-av1 = この しゅるいの ビデオ（{ $codec }）は、ここでは 見る ことが できません。先生に 言って ください。
player-error-too-large = この ビデオは 大きすぎます。見る ことが できません。先生に 言って ください。
player-error-stopped = ビデオが とまりました。とじて、もういちど ひらいて ください。
