# Words of the recorded-lesson player. Short, kind, readable by a child.

player-picture = Bidyo ng aralin
player-play = I-play
player-pause = I-pause
player-again = Panoorin mula sa simula
player-seek = Posisyon
player-time = { $now } / { $all }
player-speed = Bilis
player-speed-times = { $times }×
player-mute = Patayin ang tunog
player-unmute = Buksan ang tunog
player-volume = Lakas ng tunog
player-captions-show = Ipakita ang caption
player-captions-hide = Itago ang caption
player-opening = Binubuksan
player-waiting = Sandali lang
player-ended = Tapos na

player-notice-cut-short = Putol ang bidyong ito. Hingin sa guro mo ang kulang.
player-notice-part-missing = Hindi pa dumarating ang kasunod ng bidyong ito. Darating ito kapag may koneksiyon.
player-notice-frames-lost = Sira ang ilang bahagi ng bidyong ito. Ipinapakita ang puwedeng makita.
player-notice-sound-codec = Walang tunog: hindi ma-play ang uri nito ({ $codec }). Sabihin sa guro mo.
player-notice-no-speaker = Walang tunog: walang speaker. Kung may caption, puwede itong basahin.

player-error-no-parts = Hindi pa dumarating ang bidyong ito. Buksan ulit kapag may koneksiyon.
player-error-unreadable = Hindi mabasa ang bidyong ito. Isara at buksan ulit.
player-error-not-mp4 = Hindi bidyo ang file na ito. Sabihin sa guro mo.
player-error-damaged = Sira ang bidyong ito at hindi mabuksan. Sabihin sa guro mo.
player-error-no-video = Walang makikita sa bidyong ito. Sabihin sa guro mo.
player-error-not-av1 = Hindi maipakita ang ganitong uri ng bidyo ({ $codec }). Sabihin sa guro mo.
player-error-too-large = Masyadong malaki ang bidyong ito para ipakita. Sabihin sa guro mo.
player-error-stopped = Huminto ang bidyo. Isara at buksan ulit.
