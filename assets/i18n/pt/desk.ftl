# Words of the teacher's screens. Short: what happened, what to do next.

desk-place-push = Distribuir
desk-place-progress = Acompanhar
desk-place-roster = Lista da turma
desk-place-settings = Ajustes

desk-back = Voltar
desk-cancel = Cancelar
desk-opening = Abrindo
desk-asking = Consultando a escola
desk-as-of = Situação às { $time } (F5 para atualizar)
desk-as-of-coming = Situação às { $time }, atualizando
desk-size-kb = { $number } KB
desk-size-mb = { $number } MB
desk-moment = { $day } { $time }
desk-period = { $number }ª aula
pupil-number = Nº { $number }
said-look = Ver a entrega

## First start
desk-welcome-title = Hotaru, a mesa do professor
desk-welcome-text = Distribua fotos do quadro, folhas, gravações e exercícios, também às crianças sem internet em casa.
sign-in-title = Entrar
sign-in-text = Com o nome que a escola lhe deu e a frase secreta que você escolheu.
sign-in-new = A conta está pronta. Digite seu nome, espere os próximos seis dígitos do aplicativo e entre com eles. Os mesmos seis dígitos só valem uma vez.
sign-in-cloud = Endereço da escola na internet
sign-in-cloud-hint = https://hotaru.example.jp
sign-in-name = Nome
sign-in-passphrase = Frase secreta
sign-in-code = Código de verificação
sign-in-code-how = Digite os seis dígitos do aplicativo autenticador. Sem o aplicativo, use um dos códigos de reserva que você anotou. Este computador só pergunta uma vez por dia.
sign-in-do = Entrar
sign-in-waiting = Consultando a escola
sign-in-oidc = Com a conta da escola ({ $name })
oidc-waiting = Entre pelo navegador.
oidc-waiting-next = Use a conta da escola na página que abriu. Depois disso, esta janela continua sozinha.
oidc-again = Abrir o navegador de novo
oidc-page = Você pode fechar esta janela.
sign-in-way-name = Com nome e frase secreta
sign-in-way-setup = Primeira vez (tenho um código de configuração)
sign-in-way-token = Outras formas
sign-in-token-title = Conectar à escola com um token
sign-in-token-text = Digite o endereço e o token do professor que você recebeu de quem cuida do servidor da escola. Os dois ficam salvos na sua pasta neste computador.
sign-in-token = Token do professor
sign-in-connect = Conectar
session-over = O tempo deste acesso acabou.
session-over-next = Digite a frase secreta de novo e continue de onde parou. O que você estava escrevendo e as aulas que esperam envio continuam aqui.
setup-title = Primeira vez
setup-text = Com o código de configuração da administração da escola, você escolhe sua própria frase secreta.
setup-code = Código de configuração
setup-rule = A frase secreta tem 12 caracteres ou mais, ou quatro palavras ou mais separadas por espaços. Não use uma muito comum nem o seu nome. Símbolos e maiúsculas não são necessários.
setup-passphrase = Nova frase secreta
setup-again = A mesma frase secreta, de novo
setup-differs = Não é igual à frase secreta acima.
setup-do = Próximo
setup-app = 1  Adicione ao autenticador
setup-app-how = Leia este código QR com o aplicativo autenticador do celular ou de outro aparelho.
setup-qr = Código QR para o aplicativo autenticador
setup-secret = Se não der para ler, digite isto no aplicativo.
setup-recovery = 2  Anote os códigos de reserva
setup-recovery-once = Eles só aparecem desta vez.
setup-recovery-how = Anote em papel e guarde onde ninguém veja. Se perder o aplicativo, cada um substitui o código de verificação uma vez.
setup-first = 3  Teste
setup-first-how = Digite os seis dígitos que o aplicativo mostra.
setup-confirm = Testar

## Give
push-do = Distribuir
push-replace-title = Alterar e distribuir de novo
push-summary = { $classes }  { $day }  “{ $title }”, { $count ->
    [one] { $count } material
   *[other] { $count } materiais
} (Ctrl+Enter também distribui)
push-lacks-files = Adicione um arquivo para poder distribuir.
push-lacks-work = Os materiais estão sendo preparados; depois você pode distribuir.
push-lacks-class = Escolha uma turma.
push-lacks-subject = Escolha a matéria.
push-lacks-title = Escreva um título.
push-without-refused = { $count ->
    [one] { $count } arquivo que não serve fica de fora.
   *[other] { $count } arquivos que não servem ficam de fora.
}
push-no-school = A lista de turmas ainda não chegou: { $reason }
push-toast = A aula “{ $title }” vai ser distribuída
push-undone = A aula não foi distribuída.
push-undone-next = Nada foi enviado. Tudo continua aqui.
push-arrived = A aula “{ $title }” chegou à escola.
push-arrived-next = Cada aparelho recebe na próxima vez que se conectar na escola.

drop-here = Solte arquivos aqui
drop-now = Solte para adicionar
drop-kinds = Fotos (JPEG, PNG), folhas (PDF), gravações (vídeo), textos (Markdown, texto simples), exercícios (CSV, TSV)
drop-pick = Escolher arquivos

form-classes = Turma
form-no-classes = Ainda não há lista de turmas.
form-subject = Matéria
form-subject-other = Outra
form-subject-name = Nome da matéria
form-title = Título
form-title-hint = Por exemplo: como funcionam as alavancas
form-day = Dia da aula
form-day-today = { $day } (hoje)
form-day-before = Dia anterior
form-day-after = Dia seguinte
form-period = Horário
form-period-none = Nenhum
form-more = Mais (unidade, fonte, link)
form-unit = Unidade
form-source = Fonte
form-source-hint = Próprio, ou o livro e a página
form-link = Link (precisa de internet)
form-link-hint = https://
form-link-add = Adicionar link
form-clear = Começar de novo

file-waiting = Esperando a vez
file-reading = Lendo
file-reading-percent = Lendo { $percent }%
file-converting = Convertendo para os aparelhos
file-converting-percent = Convertendo para os aparelhos { $percent }%
file-cutting = Dividindo em partes
file-cutting-percent = Dividindo em partes { $percent }%
file-at-school = já na escola
file-up = Mover “{ $name }” para cima
file-down = Mover “{ $name }” para baixo
file-remove = Tirar “{ $name }”
file-stop = Parar “{ $name }”
file-more-rows = { $count ->
    [one] E mais { $count } linha.
   *[other] E mais { $count } linhas.
}

kind-text = Texto
kind-board = Quadro
kind-handout = Folha
kind-recording = Gravação
kind-drill = Exercícios
kind-link = Link
kind-unknown = Material
amount-pages = { $count ->
    [one] { $count } página
   *[other] { $count } páginas
}
amount-items = { $count ->
    [one] { $count } questão
   *[other] { $count } questões
}
amount-minutes = { $count } min

job-held = A aula “{ $title }” será enviada em instantes.
job-waiting = A aula “{ $title }” é a próxima a ser enviada.
job-failed = A aula “{ $title }” ainda não chegou à escola.
job-failed-kept = Está guardada neste computador e é enviada automaticamente quando houver conexão.
job-refused = A escola não pôde receber a aula “{ $title }”.
job-damaged = Uma aula que ia ser enviada está danificada neste computador.
job-damaged-next = Descarte e distribua de novo.
job-again = Enviar de novo
job-discard = Descartar
job-discard-ask = Descartar “{ $name }”?
job-discard-ask-next = A aula não será enviada à escola. Seus arquivos ficam como estão.
job-discard-ask-do = Descartar

## The one line at the bottom
line-sending = Enviando “{ $title }” ({ $done } de { $all })
line-refused = { $count ->
    [one] { $count } aula não chegou à escola. Veja em “Distribuir”.
   *[other] { $count } aulas não chegaram à escola. Veja em “Distribuir”.
}
line-failed = { $count ->
    [one] { $count } aula ainda não chegou
   *[other] { $count } aulas ainda não chegaram
}: { $reason } O envio é automático quando houver conexão.
line-held = { $count ->
    [one] { $count } aula será enviada em instantes.
   *[other] { $count } aulas serão enviadas em instantes.
}
line-school-failed = { $reason } O que aparece foi visto antes.
line-all-sent = { $school }: tudo o que foi distribuído está na escola.
line-asking = Consultando a escola.
line-send-now = Enviar agora

## Progress
lessons-none = Nada foi distribuído ainda.
lessons-none-next = As aulas distribuídas aparecem aqui, das mais novas às mais antigas.
lessons-none-do = Distribuir
lesson-materials = { $count ->
    [one] { $count } material
   *[other] { $count } materiais
} ({ $size })
lesson-revision = { $count ->
    [one] alterada { $count } vez
   *[other] alterada { $count } vezes
}
lesson-pushed = distribuída: { $at }
lesson-goes-out = sai: { $at }
lesson-replace = Alterar
lesson-withdraw = Retirar
lesson-withdraw-ask = Retirar “{ $name }”?
lesson-withdraw-ask-next = A aula some dos aparelhos das crianças na próxima conexão. As respostas delas ficam.
lesson-withdraw-ask-do = Retirar
withdrawn = Aula retirada.
withdrawn-next = A aula some dos aparelhos na próxima conexão.

receipts-title = Entrega
receipts-none = Ainda não há aparelhos.
receipts-none-next = Quando as crianças entrarem com o código da “Lista da turma”, aparecem aqui.
receipts-here = No aparelho: { $count }
receipts-not-yet = Aparelho ainda não conectado: { $count }
receipts-no-space = Espaço insuficiente: { $count }
receipts-without-terminal = Ainda sem aparelho: { $count }
receipts-opened = Abriram a aula: { $opened } de { $pupils }
receipts-each = Ver cada aparelho
receipts-each-close = Fechar a lista
receipt-here = No aparelho
receipt-not-yet = O aparelho ainda não se conectou
receipt-no-space = Espaço insuficiente (faltam { $size })

answers-title = Respostas por questão
answers-no-drill = Esta aula não tem exercícios.
answers-none = Nenhuma resposta chegou ainda.
answers-none-next = As respostas chegam quando os aparelhos se conectam na escola.
answers-in-order = Na ordem
answers-hardest-first = Mais difíceis primeiro
answers-item = Questão { $number }. Respostas: { $answered }, certas: { $correct }
answers-right = Certo
answers-count = { $count }
answers-others = Outras respostas: { $count }
answers-dont-know = Não sei: { $count }
answers-more = Ver mais { $count }
answers-rest = Questões ainda sem resposta: { $count }

## Roster
roster-code = Código para entrar em { $class }
roster-address = Endereço: { $cloud }
roster-code-how = No aparelho da criança, escolha “Entrar em uma turma” e digite o endereço, o código e o número de chamada.
roster-code-until = Vale até { $at }.
roster-no-code = Nenhum código vale no momento.
roster-no-code-next = Crie um novo código quando uma criança ou um aparelho for entrar.
roster-renew = Criar novo código
roster-renew-ask = Criar um novo código para { $name }?
roster-renew-ask-next = O código atual deixa de valer. Os aparelhos que já entraram continuam.
roster-renew-ask-do = Criar
roster-close = Encerrar o código
roster-close-ask = Encerrar o código de { $name }?
roster-close-ask-next = Ninguém mais entra com este código. Os aparelhos que já entraram continuam.
roster-close-ask-do = Encerrar
code-renewed = Há um novo código.
code-renewed-next = Vale por 14 dias. O anterior não vale mais.
code-closed = O código foi encerrado.
code-closed-next = Um novo pode ser criado a qualquer momento.
roster-pupils = { $count ->
    [one] { $count } estudante
   *[other] { $count } estudantes
}
roster-pupils-how = Tocar em um número abre o registro dessa pessoa. Faça isso só quando nada estiver sendo projetado.
roster-no-pupils = Ninguém entrou ainda.
roster-no-pupils-next = Quando as crianças entrarem com o código acima, os números aparecem aqui.
roster-terminals = Aparelhos
roster-no-terminals = Ainda não há aparelhos.
roster-terminal-times = Entrou: { $joined }; última conexão: { $seen }
roster-undo = Desfazer a entrada
roster-undo-ask = Desfazer a entrada de { $name }?
roster-undo-ask-next = Este aparelho não se comunica mais com a escola. As respostas que chegaram ficam. Use quando alguém entrou com o número errado.
roster-undo-ask-do = Desfazer
card-title = Cartões de acesso
card-name = { $class }, número { $number }
card-how = No aparelho novo, escolha “Entrar em uma turma” e digite este código ou leia o código QR. O que você estudou antes também volta.
card-secret = Vale como uma senha. Não mostre a ninguém e, se perder, avise o professor.
roster-cards = Cartões de acesso
roster-cards-how = Com este papel, quem perdeu o aparelho recupera seu estudo em um aparelho reserva. Os cartões feitos antes deixam de valer.
roster-cards-make = Fazer todos os cartões
roster-cards-ask = Fazer cartões para { $name }?
roster-cards-ask-next = Os cartões entregues antes deixam de valer. Abre-se uma página com os novos: imprima e entregue.
roster-cards-ask-do = Fazer cartões
roster-cards-some = Estudantes com cartão: { $count }
cards-made = Os cartões de acesso estão prontos.
cards-made-next = Imprima a página que abriu e depois apague o arquivo: { $file }
roster-waits = Trazer o que { $name } estudou antes para o aparelho “{ $terminal }”?
roster-waits-next = Este aparelho entrou só com código e número. Se for mesmo dessa pessoa, traga de volta.
roster-agree = Trazer de volta
agreed = O estudo anterior vai voltar.
agreed-next = Chega quando o aparelho se conectar à escola.
pupil-card-make = Fazer cartão de acesso
pupil-card-revoke = Cancelar o cartão de acesso
pupil-unlock = Se telefonarem porque o aparelho está bloqueado
pupil-unlock-how = Pergunte o número que está na tela do aparelho e leia devagar os 16 dígitos que aparecerem. Antes, confirme (pela voz, por exemplo) que é mesmo a própria pessoa.
pupil-unlock-number = Número na tela
pupil-unlock-show = Mostrar o código
pupil-unlock-once = Este código só abre uma vez.
card-revoked = O cartão de acesso foi cancelado.
card-revoked-next = Um novo pode ser feito a qualquer momento.
join-undone = A entrada foi desfeita.
join-undone-next = Agora dá para entrar com o número certo.

## One pupil
pupil-private = Este é o registro de uma só pessoa.
pupil-private-text = Confirme que não está em um projetor nem em uma tela grande. A própria pessoa vê o mesmo.
pupil-name = { $class }, nº { $number }
pupil-empty = O registro ainda vai começar.
pupil-empty-next = O que foi feito chega quando o aparelho se conecta na escola.
pupil-days = Dias de estudo
pupil-day-minutes = { $count } min
pupil-day-answers = { $count ->
    [one] { $count } resposta
   *[other] { $count } respostas
}, certas: { $correct }
pupil-day-paper = { $count } min no papel
pupil-lessons = Aulas
pupil-watched = viu { $count } min da gravação
pupil-answers = Respostas, mais novas primeiro
pupil-more = Ver mais
verdict-right = { $response }  certo
verdict-form = { $response }  valor certo, outra forma
verdict-not-right = { $response }  não está certo
verdict-asked = Não sei (leu a explicação)
verdict-open = { $response }  ainda sem correção

## Settings
settings-looks = Aparência
settings-text-size = Tamanho da letra
desk-appearance = Claro ou escuro
desk-appearance-system = Automático
desk-appearance-light = Claro
desk-appearance-dark = Escuro
desk-language = Idioma
settings-school = Escola
settings-who = Quem está usando
settings-by-token = Acesso com um token impresso.
settings-until = Até { $at }; duas horas sem uso encerram antes
settings-school-text = O token de acesso está só na sua pasta neste computador; ninguém mais pode ler.
role-teacher = Responsável pela turma { $class }
role-subject-teacher = { $subject } na turma { $class }
role-support = Apoio a um estudante
role-guardian = Pai, mãe ou responsável
role-principal = Direção da escola
role-school-admin = Administração da escola
role-city-admin = Administração do Comitê de Educação
sign-out = Sair
sign-out-ask = Encerrar o acesso de { $name }?
sign-out-ask-next = O que está sendo escrito e as aulas que esperam ficam neste computador. As que esperam são enviadas no próximo acesso.
sign-out-ask-do = Sair
sign-out-token-ask = Remover o token deste computador?
sign-out-token-ask-next = Para entrar de novo, será preciso o token impresso. O que está sendo escrito e as aulas que esperam ficam.
sign-out-token-ask-do = Remover o token

## Where it does not work
problem-other = Não deu certo.
problem-address = O endereço da escola não está certo.
problem-address-next = Escreva de novo o endereço que começa com https://.
problem-plain-http = O que vai para este endereço pode ser lido no caminho.
problem-plain-http-next = Use um endereço que comece com https:// ou fale com quem cuida do servidor da escola.
problem-token = O token do professor não está certo.
problem-token-next = Digite de novo, do começo ao fim, o token que você recebeu de quem cuida do servidor.
problem-session-over = O tempo deste acesso acabou.
problem-session-over-next = Nada se perdeu. Entre de novo.
problem-wrong-sign-in = O nome, a frase secreta ou o código de verificação não está certo.
problem-wrong-sign-in-next = Confira mais uma vez. Se não lembrar, peça um novo código de configuração à administração da escola.
problem-oidc-unknown = A escola não conhece esta conta.
problem-oidc-unknown-next = Peça à administração da escola que a cadastre.
problem-oidc-failed = A entrada não deu certo.
problem-oidc-failed-next = Demorou demais ou algo mudou no caminho. Comece de novo.
problem-oidc-provider = A escola não alcança o serviço da conta.
problem-oidc-provider-next = Tente de novo daqui a pouco ou entre com nome e frase secreta.
problem-oidc-declined = O serviço da conta não deixou ninguém entrar.
problem-oidc-declined-next = Tente de novo ou entre com nome e frase secreta.
problem-oidc-late = Ninguém voltou do navegador em dez minutos.
problem-oidc-late-next = Comece a entrada de novo.
problem-oidc-none = A escola não tem esse modo de entrar.
problem-oidc-none-next = Entre com nome e frase secreta.
problem-code-needed = É preciso um código de verificação.
problem-code-needed-next = Digite os seis dígitos do aplicativo autenticador ou um código de reserva.
problem-wrong-code = Este não é o código de agora.
problem-wrong-code-next = Espere os próximos seis dígitos e digite. Confira também se o relógio do aplicativo está certo.
problem-wrong-setup = Este código de configuração não vale.
problem-wrong-setup-next = Confira mais uma vez. Se passaram 7 dias ou se já foi usado, peça um novo à administração da escola.
problem-weak-passphrase = Esta frase secreta é fácil de adivinhar.
problem-weak-passphrase-next = Use 12 caracteres ou mais, ou quatro palavras ou mais; nada muito comum, nem o mesmo caractere repetido, nem o seu nome.
problem-too-many-tries = A escola não aceita mais tentativas por enquanto.
problem-too-many-tries-next = Espere um minuto e tente de novo. Nada se perdeu.
problem-certificates = O certificado da escola não pode ser usado.
problem-certificates-next = Nada foi enviado. Fale com quem cuida do servidor da escola.
problem-unreachable = Não foi possível conectar com a escola.
problem-unreachable-next = Nada se perdeu. Confira o cabo ou o Wi-Fi.
problem-line-broke = A conexão caiu.
problem-line-broke-next = Nada se perdeu. Continua de onde parou.
problem-stalled = A conexão está parada.
problem-stalled-next = Nada se perdeu. Continua de onde parou.
problem-intercepted = Há outra máquina entre este computador e a escola.
problem-intercepted-next = Nada foi enviado. Peça a quem cuida desta rede que deixe o Hotaru passar.
problem-captive-portal = O Wi-Fi está pedindo um login.
problem-captive-portal-next = Nada foi enviado. Faça o login do Wi-Fi no navegador e tente de novo.
problem-proxy = O proxy desta rede não deixa passar.
problem-proxy-next = Nada foi enviado. Fale com quem cuida desta rede.
problem-answer = Não dá para ler a resposta da escola.
problem-answer-next = Deixe o Hotaru da escola e o deste computador na mesma versão.
problem-forbidden = Esta conta não pode fazer isso.
problem-forbidden-next = Escolha só as suas turmas.
problem-no-lesson = Essa aula não foi encontrada.
problem-no-lesson-next = Atualize a lista com F5.
problem-not-newest = Outra pessoa alterou antes.
problem-not-newest-next = Abra a mais nova em “Acompanhar” e altere essa.
problem-school-full = O servidor da escola está cheio.
problem-school-full-next = Está guardado neste computador. Peça mais espaço a quem cuida do servidor.
problem-school-busy = O servidor da escola está ocupado.
problem-school-busy-next = Está guardado neste computador e é enviado automaticamente daqui a pouco.
problem-not-taken = A escola não pôde receber.
problem-not-taken-next = Está guardado neste computador. Veja em “Distribuir” e envie de novo ou descarte.
problem-other-cloud = Essa aula é para outra escola.
problem-other-cloud-next = Para enviar, conecte-se àquela escola.
problem-other-teacher = Outro professor fez esta aula.
problem-other-teacher-next = Ela é enviada quando esse professor entrar.
problem-stopped = Parado.
problem-stopped-next = Nada mudou.
problem-waiting = Algumas aulas ainda não chegaram.
problem-waiting-next = Estão guardadas neste computador e são enviadas automaticamente quando houver conexão.
problem-file-changed = Um arquivo mudou enquanto era adicionado.
problem-file-changed-next = Adicione de novo depois de terminar de gravar.
problem-disk = Não dá para gravar no disco deste computador.
problem-disk-next = Nada foi enviado. Libere espaço no disco e tente de novo.
problem-draft = Assim não dá para distribuir.
problem-draft-next = Preencha o que falta.
problem-files = Alguns arquivos não podem ser usados.
problem-files-next = Tire ou conserte esses arquivos.
problem-no-recipient = Ninguém receberia a aula.
problem-no-recipient-next = Escolha uma turma.
problem-no-account = Ainda não há conexão com uma escola.
problem-no-account-next = Entre com nome e frase secreta.
problem-no-class = Essa turma não existe.
problem-no-class-next = Confira o nome da turma na “Lista da turma”.
problem-no-pupil = Ninguém tem esse número ainda.
problem-no-pupil-next = Confira o número na “Lista da turma”.
problem-package = Os arquivos da escola de exemplo não podem ser usados.
problem-package-next = Confira os arquivos.
problem-too-late = Já chegou à escola.
problem-too-late-next = A aula pode ser retirada em “Acompanhar”.
problem-machine = Algo básico não funciona neste computador.
problem-machine-next = Nada se perdeu. Reinicie o computador.

## All terminals
terminals-title = Terminais da escola
terminals-how = Antes de devolver, verifique em cada um que nada falta enviar e que há prova de que foi apagado.
terminals-in-use = Em uso ({ $count })
terminals-ordered = A apagar ({ $count })
terminals-gone = Apagados ou revogados ({ $count })
terminals-none = Não há terminais aqui.
terminals-holder = { $class } n.º { $number }
terminals-id = Número do terminal: { $id }
terminals-unsent-unknown = Ainda não se sabe se falta enviar algo. Sabe-se quando ele se conectar.
terminals-unsent-none = Ainda não na escola: 0 (disse em { $at })
terminals-unsent = Ainda não na escola: { $events } respostas e notas, { $photos } fotos, { $locked } alunos com bloqueio (disse em { $at })
terminals-to-be = Será apagado quando tudo tiver chegado à escola.
terminals-to-be-at-once = Será apagado no próximo contato.
terminals-erased = Apagado em { $at }. O certificado está aqui.
terminals-revoked = As chaves na escola estão revogadas.
terminals-filed = Certificado da locadora: { $name } ({ $at })
terminals-erase = Pedir para apagar
terminals-erase-ask = Pedir para apagar { $name }?
terminals-erase-ask-next = Primeiro envia tudo o que falta; depois apaga-se e envia o certificado.
terminals-erase-ask-do = Pedir
terminals-at-once = Apagar já
terminals-at-once-ask = Apagar { $name } já?
terminals-at-once-ask-next = Para um terminal perdido ou roubado. No próximo contato, apagam-se também as respostas que não chegaram à escola.
terminals-at-once-ask-do = Apagar já
terminals-withdraw = Voltar atrás
terminals-file = Arquivar o certificado da locadora
erase-ordered = Foi pedido para apagar.
erase-ordered-next = O terminal saberá no próximo contato.
erase-withdrawn = O pedido foi retirado.
erase-withdrawn-next = Se o terminal já sabia, saberá disto no próximo contato.
certificate-filed = O certificado foi arquivado.
certificate-filed-next = Fica junto do certificado do terminal.
roster-all-terminals = Todos os terminais (devolver e apagar)
