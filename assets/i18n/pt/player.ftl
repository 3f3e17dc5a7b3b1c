# Words of the recorded-lesson player. Short, kind, readable by a child.

player-picture = Vídeo da aula
player-play = Assistir
player-pause = Pausar
player-again = Ver do começo
player-seek = Posição
player-time = { $now } / { $all }
player-speed = Velocidade
player-speed-times = { $times }×
player-mute = Tirar o som
player-unmute = Ligar o som
player-volume = Volume
player-captions-show = Mostrar legendas
player-captions-hide = Esconder legendas
player-opening = Abrindo
player-waiting = Um momento
player-ended = Fim

player-notice-cut-short = Este vídeo está cortado. Peça o resto ao professor.
player-notice-part-missing = O resto deste vídeo ainda não chegou. Ele chega quando houver conexão.
player-notice-frames-lost = Uma parte do vídeo está danificada. Mostramos o que dá para ver.
player-notice-sound-codec = Sem som: o formato do som não toca aqui ({ $codec }). Avise o professor.
player-notice-no-speaker = Sem som: não há alto-falante. Se houver legendas, dá para ler.

player-error-no-parts = Este vídeo ainda não chegou. Abra de novo quando houver conexão.
player-error-unreadable = Não dá para ler este vídeo. Feche e abra de novo.
player-error-not-mp4 = Este arquivo não é um vídeo. Avise o professor.
player-error-damaged = Este vídeo está danificado e não abre. Avise o professor.
player-error-no-video = Este vídeo não tem imagem. Avise o professor.
player-error-not-av1 = Este tipo de vídeo ({ $codec }) não passa aqui. Avise o professor.
player-error-too-large = Este vídeo é grande demais para mostrar. Avise o professor.
player-error-stopped = O vídeo parou. Feche e abra de novo.
