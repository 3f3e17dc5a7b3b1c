# Words of the recorded-lesson player. Short, kind, readable by a child.

player-picture = Video de la clase
player-play = Ver
player-pause = Pausar
player-again = Ver desde el inicio
player-seek = Posición
player-time = { $now } / { $all }
player-speed = Velocidad
player-speed-times = { $times }×
player-mute = Quitar sonido
player-unmute = Poner sonido
player-volume = Volumen
player-captions-show = Mostrar subtítulos
player-captions-hide = Ocultar subtítulos
player-opening = Abriendo
player-waiting = Un momento
player-ended = Fin

player-notice-cut-short = Este video está cortado. Pídele el resto a tu profe.
player-notice-part-missing = El resto de este video aún no llega. Llegará cuando haya conexión.
player-notice-frames-lost = Una parte del video está dañada. Se muestra lo que se puede ver.
player-notice-sound-codec = Sin sonido: aquí no se puede reproducir ese formato ({ $codec }). Avísale a tu profe.
player-notice-no-speaker = Sin sonido: no hay parlante. Si hay subtítulos, puedes leerlos.

player-error-no-parts = Este video aún no llega. Ábrelo de nuevo cuando haya conexión.
player-error-unreadable = No se puede leer este video. Ciérralo y ábrelo de nuevo.
player-error-not-mp4 = Este archivo no es un video. Avísale a tu profe.
player-error-damaged = Este video está dañado y no se abre. Avísale a tu profe.
player-error-no-video = Este video no tiene imagen. Avísale a tu profe.
player-error-not-av1 = Este tipo de video ({ $codec }) no se puede mostrar. Avísale a tu profe.
player-error-too-large = Este video es demasiado grande para mostrarlo. Avísale a tu profe.
player-error-stopped = El video se detuvo. Ciérralo y ábrelo de nuevo.
