# Words of the recorded-lesson player. Short, kind, readable by a child.

player-picture = Lesson video
player-play = Play
player-pause = Pause
player-again = Watch from the start
player-seek = Position
player-time = { $now } / { $all }
player-speed = Speed
player-speed-times = { $times }×
player-mute = Sound off
player-unmute = Sound on
player-volume = Volume
player-captions-show = Show captions
player-captions-hide = Hide captions
player-opening = Opening
player-waiting = One moment
player-ended = The end

player-notice-cut-short = This video is cut off. Ask your teacher for the rest.
player-notice-part-missing = The rest of this video has not arrived yet. It will come when you are online.
player-notice-frames-lost = Some of this video is damaged. What can be seen is shown.
player-notice-sound-codec = No sound: it is in a form that cannot be played ({ $codec }). Tell your teacher.
player-notice-no-speaker = No sound: there is no speaker. Captions can be read if there are any.

player-error-no-parts = This video has not arrived yet. Open it again when you are online.
player-error-unreadable = This video cannot be read. Close it and open it again.
player-error-not-mp4 = This file is not a video. Tell your teacher.
player-error-damaged = This video is damaged and cannot be opened. Tell your teacher.
player-error-no-video = This video has no picture. Tell your teacher.
player-error-not-av1 = This kind of video ({ $codec }) cannot be shown. Tell your teacher.
player-error-too-large = This video is too large to show. Tell your teacher.
player-error-stopped = The video stopped. Close it and open it again.
