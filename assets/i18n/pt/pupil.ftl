# Words of the pupil's screens. Short, kind, readable by a child.

place-today = Hoje
place-lessons = Aulas
place-drills = Exercícios
place-record = Registro
place-settings = Ajustes

go-back = Voltar
try-again = Tentar de novo
opening = Abrindo
list-and = {", "}
list-item = • { $words }
order-then = {" → "}

period = { $number }ª aula
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB

welcome-title = Boas-vindas ao Hotaru
welcome-text = Leve as aulas para casa e estude mesmo sem internet.
join-title = Entrar em uma turma
join-text = Digite o endereço e o código que o professor deu a você.
join-cloud = Endereço da escola na internet
join-cloud-hint = https://
join-code = Código da turma ou do cartão de acesso
join-code-hint = ABCD-2345
join-number = Número de chamada
join-number-fault = Escreva um número de 1 a 99.
join-card = Este é o código de um cartão de acesso
join-card-text = Não precisa do número de chamada. O que você estudou no outro aparelho também volta.
join-do = Entrar na turma
join-waiting = Perguntando à escola
sample-title = Experimente primeiro
sample-text = Um dia de aulas de uma turma de exemplo. Nada é enviado a nenhuma escola.
sample-try = Abrir a turma de exemplo
sample-leave = Fechar o exemplo e entrar em uma turma
sample-leave-text = Esta é a turma de exemplo.

line-sample = Esta é a turma de exemplo. Ela não está conectada a uma escola.
line-all-here = Está tudo neste aparelho.
line-to-be-erased = A escola pediu que este terminal seja apagado quando tudo tiver chegado à escola.
line-unsent = { $count ->
    [one] { $count } registro ainda não foi para a escola. Vai quando houver conexão.
   *[other] { $count } registros ainda não foram para a escola. Vão quando houver conexão.
 }
line-waiting = { $count ->
    [one] { $count } aula ({ $size }) ainda vai chegar.
   *[other] { $count } aulas ({ $size }) ainda vão chegar.
 }
line-calling = Chamando a escola.
line-syncing = Trocando dados com a escola.
line-receiving = Recebendo aulas ({ $here } de { $all }).
line-kept = Nada se perdeu.
line-sync = Conectar
line-stop = Parar
findings-title = Da última vez, o aplicativo fechou de repente. Por isso, tudo foi verificado.
findings-text = O que você fez continua aqui. O que falta chega na próxima conexão.
findings-harmed = Alguns arquivos internos estavam danificados. O que deu para consertar foi consertado.
findings-harmed-text = O que você fez continua aqui. Para ter certeza do resto, faça a verificação.

today-lessons = Aulas de hoje
today-from-here = Comece por aqui: aulas de { $day }
today-drills = Exercícios
today-empty = Ainda não há aulas.
today-empty-next = Elas aparecem aqui quando este aparelho for aberto na escola.

lessons-by-day = Por dia
lessons-by-subject = Por matéria
lessons-search = Procurar
lessons-search-hint = Título, unidade, matéria
lessons-none-found = Nada encontrado.
lessons-none-found-next = Tente uma palavra mais curta.

lesson-gone = Esta aula não está mais aqui.
lesson-gone-next = O professor retirou a aula ou o prazo acabou. O que você fez está guardado.
lesson-source = Fonte: { $source }
material-text = Texto
material-board = Quadro
material-handout = Folha
material-recording = Vídeo
material-drill = Exercícios
material-link = Link
material-unknown = Material
material-coming = Ainda não chegou.
material-coming-next = Faltam { $size }. Chega quando houver conexão.
newer-title = Para abrir isto, é preciso um Hotaru mais novo.
newer-text = Está guardado e vai abrir quando o aplicativo for atualizado.
link-title = Daqui em diante, é preciso internet.
link-text = Abra quando houver conexão.
link-open = Abrir

notes = Anotações
notes-hint = O que você percebeu, o que você quer saber
notes-saved = Salvo
notes-saving = Salva quando você para de escrever

drills-empty = Ainda não há exercícios.
drill-progress = { $answered } de { $all } respondidas
drill-begin = Começar
drill-go-on = Continuar
drill-again = Fazer de novo
drill-at = Questão { $number } de { $all }
drill-stop = Parar
drill-answer = Responder
drill-choose = escolher
drill-dont-know = Não sei
drill-next = Próxima
drill-text = Sua resposta
drill-number = Sua resposta (um número)
drill-number-hint = como 3/4, 1 2/3 ou 0.5 (com ponto)
drill-all-that-fit = Escolha todas as que servem
drill-in-order = Escolha na ordem; toque de novo para desfazer
drill-done = Terminou
drill-done-count = { $all ->
    [one] Você respondeu { $all } questão
   *[other] Você respondeu { $all } questões
 } e acertou { $right }.
drill-once-more-why = Fazer de novo depois de ler a explicação ajuda a lembrar.
drill-once-more = Refazer as que errei
drill-from-start = Refazer tudo
drill-not-here = Estes exercícios não estão aqui agora.
drill-not-here-next = Foram renovados ou ainda não chegaram.

verdict-correct = Certo
verdict-wrong = Não está certo
verdict-wrong-form = O valor está certo; escreva na forma pedida
verdict-dont-know = Vamos ler a explicação
verdict-unknown = Sua resposta está salva; a escola vai corrigir
verdict-given = Sua resposta: { $response }
verdict-key = Resposta: { $key }

record-empty = Aqui vai ficando o que você faz.
record-empty-next = Abra uma aula ou faça exercícios, e aparece aqui.
record-earlier = O que você estudou no outro aparelho ainda não voltou.
record-earlier-next = Quando o professor autorizar, volta na próxima conexão. Com o cartão de acesso, volta na hora.
record-week = { $days ->
    [one] Nesta semana você estudou { $days } dia, { $minutes } min.
   *[other] Nesta semana você estudou { $days } dias, { $minutes } min.
 }
record-week-days = { $days ->
    [one] Nesta semana você estudou { $days } dia.
   *[other] Nesta semana você estudou { $days } dias.
 }
record-minutes = Tempo de estudo (minutos)
record-subjects = Respostas por matéria
record-subject = Respondidas: { $answered }, certas: { $correct }
record-days = Dia a dia
record-day = { $day }: { $did }
record-day-minutes = { $minutes } min
record-day-answers = { $count ->
    [one] { $count } resposta
   *[other] { $count } respostas
 }
record-day-lessons = { $count ->
    [one] { $count } aula
   *[other] { $count } aulas
 }
record-day-paper = { $minutes } min no papel

paper-title = Estudo no papel
paper-why = O que você fez no caderno ou em folhas também pode ficar no registro.
paper-open = Anotar
paper-today = Hoje, { $day }
paper-minutes = Quantos minutos?
paper-minutes-fault = Escreva um número de 1 a 1440.
paper-what = O que você fez?
paper-what-hint = duas folhas de contas
paper-photo = Pôr uma foto
paper-photo-no = Tirar a foto
paper-photo-name = Foto { $name }
paper-photo-title = Escolha uma foto
paper-save = Guardar
paper-cancel = Cancelar
paper-saved = Guardado.
paper-saved-next = Chega à escola na próxima conexão.

settings-reading = Leitura
settings-appearance = Claro ou escuro
appearance-system = Automático
appearance-light = Claro
appearance-dark = Escuro
settings-ruby = Furigana (leitura dos kanji)
ruby-on = Mostrar
ruby-off = Esconder
settings-language = Idioma
settings-storage = Espaço
storage-used = { $used } de { $cap } em uso
storage-cap = Espaço para as aulas
check-title = Verificação dos dados de estudo
check-why = Lê tudo e confirma que nenhuma resposta e nenhum material está danificado.
check-open = Verificar os dados
check-running = Verificando ({ $done } de { $all }). Você pode continuar estudando.
check-stop = Parar
check-repair = Consertar e buscar o que falta
check-sound = Está tudo bem.
check-harmed = Há coisas para consertar.
check-mended = Foi consertado.
check-left = Ainda há coisas por consertar.
check-cut-short = Parou antes do fim.
check-command = `hotaru doctor --repair` conserta.
check-extent = Lido e verificado: { $events ->
    [one] { $events } registro
   *[other] { $events } registros
 }, { $blobs ->
    [one] { $blobs } material
   *[other] { $blobs } materiais
 } ({ $size }).
check-unsent = { $count ->
    [one] { $count } registro que ainda não foi para a escola também está aqui.
   *[other] { $count } registros que ainda não foram para a escola também estão aqui.
 }
check-remedy-can-mend = Dá para consertar.
check-remedy-mended = Foi consertado.
check-remedy-comes = Chega na próxima conexão.
check-remedy-next-start = Feche o aplicativo e abra de novo; aí conserta.
check-copy = Uma das duas cópias de um arquivo pequeno estava danificada.
check-copy-next = A outra cópia está em uso. Mostre ao professor.
check-identity = Este aparelho não sabe mais de qual escola é.
check-identity-next = Entre na turma de novo. O que você fez continua aqui.
check-database = Um banco de dados interno estava danificado.
check-database-next = Feche o aplicativo e abra de novo.
check-journal = O arquivo de registro tinha um ponto danificado. Tudo o que você fez continua aqui.
check-journal-next = Feche o aplicativo e abra de novo.
check-journal-lost = { $count ->
    [one] { $count } registro não pode mais ser lido.
   *[other] { $count } registros não podem mais ser lidos.
 }
check-journal-lost-next = O arquivo danificado está guardado. Mostre ao professor.
check-at-school = { $count ->
    [one] { $count } registro antigo está só na escola.
   *[other] { $count } registros antigos estão só na escola.
 }
check-at-school-next = Nada se perdeu.
check-blobs = { $count ->
    [one] { $count } material estava danificado.
   *[other] { $count } materiais estavam danificados.
 }
check-blobs-next = Chega de novo na próxima conexão.
check-own = { $count ->
    [one] { $count } foto tirada aqui não pode mais ser lida.
   *[other] { $count } fotos tiradas aqui não podem mais ser lidas.
 }
check-own-next = Os arquivos estão guardados. Mostre ao professor.
check-partials = { $count ->
    [one] { $count } material recebido pela metade não servia mais.
   *[other] { $count } materiais recebidos pela metade não serviam mais.
 }
check-partials-next = Chega desde o começo na próxima conexão.
check-left-overs = { $count ->
    [one] Havia { $count } arquivo sem uso ({ $size }).
   *[other] Havia { $count } arquivos sem uso ({ $size }).
 }
check-left-overs-next = Não atrapalha.
check-set-aside = { $count ->
    [one] { $count } arquivo danificado está guardado ({ $size }).
   *[other] { $count } arquivos danificados estão guardados ({ $size }).
 }
check-set-aside-next = Fica guardado até tudo chegar à escola.
check-newer = { $count ->
    [one] { $count } aula precisa de um Hotaru mais novo.
   *[other] { $count } aulas precisam de um Hotaru mais novo.
 }
check-newer-next = Está guardado. Atualize o aplicativo.
check-locked = { $count ->
    [one] O estudo de { $count } estudante está bloqueado e não foi verificado.
   *[other] O estudo de { $count } estudantes está bloqueado e não foi verificado.
}
check-locked-next = Desbloqueie primeiro e verifique de novo.
check-space = Este aparelho só tem { $size } livres.
check-space-next = Apague arquivos de que não precisa. O que você fez continua aqui.
check-clock = O relógio deste aparelho está errado.
check-clock-next = Acerte o relógio. Mesmo com a hora errada, nada do que você fez se perde.
check-waiting = { $count ->
    [one] { $count } material ainda vai chegar ({ $size }).
   *[other] { $count } materiais ainda vão chegar ({ $size }).
 }
check-waiting-next = Chega quando houver conexão.
settings-line = Conexão
settings-metered = Em internet paga ou com limite de dados
metered-careful = Só textos e exercícios
metered-all = Receber tudo
seen-title = O que o professor vê
seen-yes = O professor vê
seen-no = O professor não vê
seen-answers = suas respostas nos exercícios e se estão certas
seen-times = quando e quanto tempo você estudou
seen-opened = quantas pessoas da turma abriram uma aula
seen-paper = o que você escreveu em “Estudo no papel”
unseen-notes = o que você escreve nas anotações
unseen-elsewhere = o que você faz em outros aplicativos ou sites
terminal-title = Este aparelho
terminal-pupil = { $class }, número { $number }
terminal-add-pupil = Adicionar outra pessoa

problem-other = Não deu certo.
problem-no-space = Falta espaço livre neste aparelho.
problem-no-space-next = O que você fez está guardado. Apague arquivos de que não precisa e tente de novo.
problem-cap-reached = O espaço para as aulas está cheio.
problem-cap-reached-next = Nada se perdeu. Você pode aumentar o espaço nos ajustes.
problem-not-saved = Só o que você acabou de fazer não foi salvo.
problem-not-saved-next = Tudo o que veio antes está guardado. Apague arquivos de que não precisa e faça de novo.
problem-in-use = O Hotaru já está aberto.
problem-in-use-next = Use a janela que está aberta. Nada se perdeu.
problem-damaged-blob = Este material estava danificado.
problem-damaged-blob-next = Chega de novo na próxima conexão. O que você fez está guardado.
problem-no-blob = Ainda não chegou.
problem-no-blob-next = Chega quando houver conexão.
problem-damaged = Um arquivo interno estava danificado.
problem-damaged-next = Feche o aplicativo e abra de novo. O que der para consertar será consertado.
problem-keys-lost = Faltam as chaves deste aparelho.
problem-keys-lost-next = Mostre ao professor. O que chegou à escola está guardado lá.
problem-newer = Isto foi feito por um Hotaru mais novo.
problem-newer-next = Atualize o aplicativo. Nada se perdeu.
problem-io = Não dá para ler nem gravar arquivos.
problem-io-next = Reinicie o aparelho. Se não adiantar, mostre ao professor.
problem-other-school = Este aparelho é de outra escola.
problem-other-school-next = Mostre ao professor.
problem-no-sample = A turma de exemplo não foi encontrada.
problem-no-sample-next = Entre em uma turma com o endereço e o código.
problem-unreachable = Não dá para conectar com a escola.
problem-unreachable-next = Nada se perdeu. Tentamos de novo quando houver conexão.
problem-broken = A conexão caiu.
problem-broken-next = Continua de onde parou.
problem-stalled = A conexão está parada.
problem-stalled-next = Continua de onde parou.
problem-intercepted = Alguém no meio do caminho está tentando ver a conexão.
problem-intercepted-next = Nada foi enviado. Pergunte ao professor sobre esta rede.
problem-captive-portal = Este Wi-Fi pede um login primeiro.
problem-captive-portal-next = Abra a página do Wi-Fi, faça o login e tente de novo.
problem-proxy = Esta rede bloqueia o caminho até a escola.
problem-proxy-next = Mostre ao professor. Nada se perdeu.
problem-truncated = Chegou cortado.
problem-truncated-next = Continua de onde parou.
problem-too-long = A resposta da escola era longa demais.
problem-too-long-next = Não foi recebida. Mostre ao professor.
problem-wrong-hash = Chegou algo errado.
problem-wrong-hash-next = Foi jogado fora e será recebido de novo.
problem-wrong-code = Não há turma com esse código.
problem-wrong-code-next = Confira o código e digite de novo.
problem-not-let-in = Este aparelho não pode mais entrar.
problem-not-let-in-next = Mostre ao professor. O que você fez está guardado neste aparelho.
problem-superseded = Este aparelho voltou a um estado anterior e não pode mais entrar.
problem-superseded-next = Mostre ao professor e entre de novo com o cartão de acesso. O que você fez está guardado e chega à escola depois.
problem-insecure = Esse endereço não é seguro.
problem-insecure-next = Peça ao professor um endereço que comece com https://.
problem-bad-address = Esse endereço não serve.
problem-bad-address-next = Escreva de novo, a partir de https://.
problem-busy = Foram muitas tentativas.
problem-busy-next = Espere um pouco e tente de novo.
problem-not-saved-full = Só o que você acabou de fazer não foi salvo.
problem-not-saved-full-next = Não há espaço. Tudo o que veio antes está guardado. Apague arquivos de que não precisa e faça de novo.
problem-mismatch = A escola e este aparelho não se entenderam.
problem-mismatch-next = Nada se perdeu. Isso se resolve na próxima conexão.
problem-no-such-pupil = Essa pessoa não está neste aparelho.
problem-no-such-pupil-next = Veja nos ajustes.
problem-machine = Este aparelho não está respondendo.
problem-machine-next = Reinicie o aparelho. O que você fez está guardado.
problem-forbidden = A escola não permite isso.
problem-forbidden-next = Pergunte ao professor. Nada se perdeu.
problem-refused = A escola não recebeu.
problem-refused-next = Mostre ao professor. O que você fez está guardado neste aparelho.
problem-school-full = O servidor da escola está cheio.
problem-school-full-next = Avise o professor. O que você fez está guardado neste aparelho.
problem-photos = Não deu para enviar as fotos.
problem-photos-next = Estão guardadas e vão na próxima conexão.
problem-cancelled = Parado.
problem-cancelled-next = Da próxima vez continua daqui.
problem-not-joined = Você ainda não entrou em uma turma.
problem-not-joined-next = Digite o endereço e o código que o professor deu.
problem-unsent = Há respostas que ainda não chegaram à escola.
problem-unsent-next = Conecte primeiro, para que sejam enviadas.
problem-not-sure = Nada foi apagado.
problem-not-sure-next = Se quer mesmo apagar, diga mais uma vez.
problem-no-erasure = Não há nada para avisar à escola.
problem-no-erasure-next = Este aparelho não foi apagado, ou a escola já sabe.
problem-drill = Não dá para ler estes exercícios.
problem-drill-next = Mostre ao professor.
problem-no-such-drill = Esses exercícios não existem.
problem-no-such-drill-next = Escolha na página de exercícios.
problem-no-such-item = Essa questão não existe.
problem-no-such-item-next = Escolha na página de exercícios.
problem-bad-line = Uma linha do arquivo não pode ser lida.
problem-bad-line-next = Corrija e tente de novo.
problem-photo = Essa foto não serve.
problem-photo-next = Escolha uma foto JPEG ou PNG. O que você escreveu continua aqui.
problem-file = Não dá para ler esse arquivo.
problem-file-next = Confira o nome e tente de novo.
problem-locked = Está bloqueado.
problem-locked-next = Desbloqueie primeiro.
problem-wrong-secret = Não está certo.
problem-wrong-secret-next = Tente de novo. Se esqueceu, telefone ao professor e peça um código.
problem-slowed = Errou muitas vezes.
problem-slowed-next = Espere um pouco e tente de novo. Nada se perdeu.
problem-sign-in-expired = Este aparelho ficou muito tempo sem conectar com a escola e foi bloqueado.
problem-sign-in-expired-next = Nada se perdeu. Conecte na escola ou telefone ao professor e peça um código.
problem-wrong-unlock-code = Este código não abre.
problem-wrong-unlock-code-next = Diga ao professor o número que está na tela e peça o código desse número.
problem-bad-unlock-code = Parece que um algarismo do código está errado.
problem-bad-unlock-code-next = Peça ao professor para ler mais uma vez.
problem-weak-secret = É fácil demais ou não tem o tamanho certo.
problem-weak-secret-next = Escolha outro.
problem-keyring-closed = O chaveiro de senhas deste computador está fechado.
problem-keyring-closed-next = Entre de novo no computador e depois abra o Hotaru. Nada se perdeu.
problem-no-memory = Falta memória.
problem-no-memory-next = Feche outros aplicativos e tente de novo.

line-locked = O que está bloqueado também vai quando houver conexão.

sign-in-title = Vamos desbloquear
sign-in-who = Quem vai usar?
sign-in-do = Desbloquear
sign-in-waiting = Verificando.
sign-in-forgot = Esqueci
sign-in-slowed = { $seconds ->
    [one] Espere mais { $seconds } segundo.
   *[other] Espere mais { $seconds } segundos.
 }
sign-in-slowed-text = Errou muitas vezes, então é hora de uma pequena pausa. Nada se perdeu.

secret-pin = Toque nos números.
secret-picture = Toque nas figuras na ordem.
secret-passphrase = Frase secreta
secret-typed = { $count ->
    [one] { $count } número digitado
   *[other] { $count } números digitados
 }
secret-tapped = { $count ->
    [one] { $count } figura escolhida
   *[other] { $count } figuras escolhidas
 }
secret-show = Mostrar
secret-hide = Esconder

days-left = { $days ->
    [one] Vai ser bloqueado em { $days } dia.
   *[other] Vai ser bloqueado em { $days } dias.
 }
days-left-next = Conecte na escola, e vale por mais { $all } dias.
days-over = Se bloquear agora, não vai dar para abrir logo.
days-over-next = Conecte na escola primeiro. Nada se perdeu.

code-forgot = Se você esqueceu
code-over = Ficou muito tempo sem conectar com a escola e foi bloqueado.
code-kept = O que você fez não se perdeu. Está tudo guardado atrás do bloqueio.
code-line = Na escola, toque em “Conectar”, e abre de novo.
code-call = Telefone ao professor e diga estas três coisas.
code-class = Turma
code-number = Número de chamada
code-code = Número do código
code-enter = Digite os 16 números que o professor ler.
code-typed = { $count } de 16 números digitados
code-line-only = Na escola, toque em “Conectar”, e abre de novo. Este aparelho não pode ser aberto por telefone.
code-none = Este aparelho ainda não pode ser aberto por telefone. Mostre ao professor.

lock-title = Bloqueio
lock-why = Com o bloqueio, ninguém mais vê suas respostas e anotações.
lock-none = Agora não há bloqueio.
lock-is-pin = O bloqueio é um PIN.
lock-is-picture = O bloqueio são figuras.
lock-is-passphrase = O bloqueio é uma frase secreta.
lock-set = Pôr um bloqueio
lock-now = Bloquear agora
lock-change = Mudar o bloqueio
lock-remove = Tirar o bloqueio
lock-remove-sure = Sem o bloqueio, qualquer pessoa que usar este aparelho vê tudo. Quer tirar?
lock-kind = Qual bloqueio?
lock-kind-pin = Números
lock-kind-picture = Figuras
lock-kind-passphrase = Frase secreta
lock-rule-pin = De 4 a 12 números. Não use seu aniversário.
lock-rule-picture = De 4 a 8 figuras, em ordem.
lock-rule-passphrase = De 8 a 128 caracteres. Várias palavras juntas são fáceis de lembrar.
lock-again = Você gravou bem? Digite o mesmo mais uma vez.
lock-next = Próximo
lock-choose = Usar este
lock-cancel = Cancelar
lock-differs = Não foi igual.
lock-differs-next = Digite desde o começo.
lock-working = Mudando o bloqueio.
lock-made = O bloqueio está pronto.
lock-made-next = Se esquecer, o professor pode ler um código para você por telefone.
lock-removed = O bloqueio foi tirado.
lock-removed-next = Você pode pôr de novo quando quiser.
renew-title = Um novo bloqueio
renew-text = A partir de agora, o novo é que abre seu estudo.
renew-later = Escolher depois
weak-length = O tamanho tem que ser de { $least } a { $most }.
weak-characters = Há caracteres que não podem ser usados. Escolha outro.
weak-common = É o primeiro que qualquer pessoa tenta. Escolha outro.

erase-open = Apagar este aparelho…
erase-title = Apagar este aparelho
erase-text = Para devolver o aparelho ou passar para outra pessoa. Todas as aulas e registros daqui são apagados. O que chegou à escola fica na escola.
erase-who = Quem usa este aparelho
erase-all-sent = Tudo o que foi feito chegou à escola.
erase-unsent = { $count ->
    [one] { $count } registro ainda não chegou à escola.
   *[other] { $count } registros ainda não chegaram à escola.
 }
erase-locked = Está bloqueado, por isso não se sabe. Ao conectar, chega à escola bloqueado como está.
erase-sync-first = Antes de apagar, conecte e envie tudo para a escola.
erase-sync = Conectar primeiro
erase-sure = Apagar mesmo?
erase-loses = { $count ->
    [one] { $count } registro vai se perder.
   *[other] { $count } registros vão se perder.
 }
erase-loses-next = Ainda não chegou à escola; por isso, não volta mais.
erase-hold = Para apagar, segure o botão vermelho por 3 segundos.
erase-do = Apagar tudo
erase-cancel = Não apagar
erasing-title = Apagando
erasing-text = Não desligue o aparelho e espere um pouco.
telling-title = Apagado. Avisando a escola
telling-text = Se não houver conexão, dá para avisar depois.
not-erased-title = Ainda não foi tudo apagado.
not-erased-text = As chaves foram destruídas e nada mais pode ser lido. Alguns arquivos não puderam ser apagados.
not-erased-again = Apagar de novo
erased-title = Este aparelho foi apagado.
erased-told = A escola recebeu o aviso.
erased-told-next = Já pode ser devolvido.
erased-untold = A escola ainda não sabe.
erased-untold-next = Onde houver conexão, toque em “Avisar a escola”. Até lá, o certificado fica guardado neste aparelho.
erased-tell = Avisar a escola
erased-by-order = Foi apagado a pedido da escola.
erased-alone = Não há nada dentro.
erased-alone-next = Ele não estava em nenhuma escola, então não há a quem avisar.
certificate-title = Certificado de apagamento
certificate-number = Número: { $fact }
certificate-time = Apagado em: { $fact }
certificate-terminal = Aparelho: { $fact }
certificate-id = ID do aparelho: { $fact }
certificate-school = Escola: { $fact }
certificate-unsent = Não chegou à escola: { $fact }
anew-title = Para a próxima pessoa
anew-text = Começa sem nada dentro.
anew-do = Começar do zero
