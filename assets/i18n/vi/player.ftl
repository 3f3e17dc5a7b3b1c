# Words of the recorded-lesson player. Short, kind, readable by a child.

player-picture = Video bài học
player-play = Phát
player-pause = Tạm dừng
player-again = Xem từ đầu
player-seek = Vị trí đang xem
player-time = { $now } / { $all }
player-speed = Tốc độ
player-speed-times = { $times }×
player-mute = Tắt tiếng
player-unmute = Bật tiếng
player-volume = Âm lượng
player-captions-show = Hiện phụ đề
player-captions-hide = Ẩn phụ đề
player-opening = Đang mở
player-waiting = Em đợi một chút nhé
player-ended = Hết

player-notice-cut-short = Video này bị cắt giữa chừng. Em hãy hỏi thầy cô về phần còn lại.
player-notice-part-missing = Phần sau của video chưa về đến máy. Khi có mạng, em sẽ xem tiếp được.
player-notice-frames-lost = Một phần video bị hỏng. Chỗ nào xem được thì vẫn hiện.
player-notice-sound-codec = Không có tiếng: máy không phát được kiểu âm thanh này ({ $codec }). Em hãy báo thầy cô.
player-notice-no-speaker = Không có tiếng: máy không có loa. Nếu có phụ đề thì em vẫn đọc được.

player-error-no-parts = Video này chưa về đến máy. Khi có mạng, em hãy mở lại.
player-error-unreadable = Không đọc được video này. Em hãy đóng rồi mở lại.
player-error-not-mp4 = Tệp này không phải là video. Em hãy báo thầy cô.
player-error-damaged = Video này bị hỏng, không mở được. Em hãy báo thầy cô.
player-error-no-video = Video này không có hình. Em hãy báo thầy cô.
player-error-not-av1 = Loại video này ({ $codec }) không xem được. Em hãy báo thầy cô.
player-error-too-large = Video này lớn quá, không xem được. Em hãy báo thầy cô.
player-error-stopped = Video bị dừng. Em hãy đóng rồi mở lại.
