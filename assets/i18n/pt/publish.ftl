# Sentences while materials are made. Teachers read them.

## Files
publish-file-unreadable = Não dá para ler “{ $file }” ({ $cause }). Confira se o arquivo existe e abre.
publish-file-folder = “{ $file }” é uma pasta. Adicione os arquivos que estão nela.
publish-file-empty = “{ $file }” tem 0 bytes. Copie de novo do lugar de origem.
publish-file-unknown = “{ $file }” está em um formato que não serve para aulas. Use JPEG, PNG, PDF, MP4, Markdown, texto, CSV ou TSV.
publish-file-office = “{ $file }” é um documento do Office. Salve como PDF e adicione o PDF.
publish-file-cancelled = “{ $file }” foi cancelado. Adicione de novo quando precisar.
publish-file-scratch = Não há espaço para converter “{ $file }” ({ $cause }). Libere espaço no disco deste computador.

## Photos
publish-photo-empty = A foto “{ $file }” tem 0 bytes. Copie de novo da câmera.
publish-photo-truncated = A foto “{ $file }” está cortada. Copie de novo da câmera.
publish-photo-broken = Não dá para ler a foto “{ $file }” ({ $cause }). Tire ou salve de novo.
publish-photo-not-photo = “{ $file }” tem nome de foto, mas não é uma foto. Confira o arquivo.
publish-photo-heic = “{ $file }” é uma foto HEIC. No iPhone ou iPad, escolha Ajustes, Câmera, Formatos, Mais Compatível e tire a foto; ou salve uma cópia em JPEG e adicione essa cópia.
publish-photo-form = “{ $file }” é uma imagem { $form }. Salve como JPEG ou PNG e adicione.
publish-photo-too-large = A foto “{ $file }” tem { $megabytes } MB, mais que 50. Salve em tamanho menor.
publish-photo-too-many-pixels = A foto “{ $file }” tem { $megapixels } megapixels; o máximo é 64. Salve em tamanho menor.

## Handouts
publish-handout-empty = A folha “{ $file }” tem 0 bytes. Salve de novo.
publish-handout-truncated = O PDF “{ $file }” está cortado. Salve ou copie de novo.
publish-handout-encrypted = O PDF “{ $file }” tem senha. Salve sem senha.
publish-handout-broken = Não dá para ler “{ $file }” como PDF. Salve de novo como PDF.
publish-handout-too-large = O PDF “{ $file }” tem { $megabytes } MB, mais que 64 MiB. Salve menor ou em duas partes.
publish-handout-too-many-pages = O PDF “{ $file }” tem { $pages } páginas, mais que 500. Divida em partes.

## Recordings
publish-recording-empty = A gravação “{ $file }” tem 0 bytes. Copie de novo da câmera.
publish-recording-not-video = “{ $file }” tem nome de vídeo, mas não é um vídeo. Confira o arquivo.
publish-recording-truncated = A gravação “{ $file }” está cortada. Copie de novo da câmera.
publish-recording-broken = Não dá para ler a gravação “{ $file }” ({ $cause }). Salve de novo como MP4.
publish-recording-no-picture = A gravação “{ $file }” não tem imagem. Grave com a câmera ligada.
publish-recording-too-large = A gravação “{ $file }” tem { $megabytes } MB, mais que 4 GiB. Divida em duas.
publish-recording-too-long = A gravação “{ $file }” tem { $minutes } minutos, mais que 3 horas. Divida em duas.
publish-recording-needs-ffmpeg = Os aparelhos não reproduzem a gravação “{ $file }” ({ $form }), e o ffmpeg, que faz a conversão, não está neste computador. Instale o ffmpeg ou salve a gravação como MP4 com AV1 e Opus.
publish-recording-ffmpeg-lacks = A gravação “{ $file }” precisa ser convertida, mas o ffmpeg deste computador não gera AV1 e Opus. Instale o ffmpeg 5 ou mais novo, com libsvtav1 e libopus.
publish-recording-ffmpeg-failed = Não foi possível converter a gravação “{ $file }” ({ $cause }). Confira se ela toca neste computador.

## Captions
publish-captions-broken = Não dá para ler a linha { $line } da legenda “{ $captions }” de “{ $file }”. Corrija a linha ou tire a legenda.
publish-captions-too-large = A legenda “{ $captions }” de “{ $file }” tem mais que 1 MiB. Confira o arquivo.
publish-captions-alone = “{ $file }” é uma legenda. Coloque-a ao lado da gravação, com o mesmo nome, e adicione a gravação.

## Texts
publish-text-empty = “{ $file }” não tem palavras. Escreva algo e salve.
publish-text-too-large = O texto “{ $file }” tem mais que 1 MiB. Divida em partes.
publish-text-binary = “{ $file }” não é um texto. Confira o arquivo.
publish-text-encoding = A codificação do texto “{ $file }” é desconhecida. Salve em UTF-8.

## Drills
publish-drill-empty = Os exercícios “{ $file }” não têm questões. Escreva uma em cada linha, a partir da segunda.
publish-drill-too-large = Os exercícios “{ $file }” têm mais que 16 MiB. Divida em partes.
publish-drill-too-many-items = Os exercícios “{ $file }” têm { $items } questões, mais que 10.000. Divida em partes.
publish-drill-no-column = A primeira linha de “{ $file }” não tem a coluna { publish-column }. Escreva esse nome ali.
publish-drill-column-twice = A primeira linha de “{ $file }” tem duas colunas { publish-column }. Deixe só uma.
publish-drill-rows = { $broken ->
    [one] Nos exercícios “{ $file }”, { $broken } linha precisa de correção. Corrija e adicione o arquivo de novo.
   *[other] Nos exercícios “{ $file }”, { $broken } linhas precisam de correção. Corrija e adicione o arquivo de novo.
}
publish-drill-refused = Os exercícios “{ $file }” não podem ser usados ({ $cause }).

## Names of a drill’s columns (used in other sentences)
publish-column = { $column ->
    [id] “id” (identificação)
    [kind] “kind” (tipo)
    [question] “question” (questão)
    [choices] “choices” (alternativas)
    [answer] “answer” (resposta)
    [explanation] “explanation” (explicação)
    [skill] “skill” (habilidade)
    [level] “level” (nível)
   *[other] “{ $column }”
}

## Rows of a drill
publish-row-open-quote = Linha { $row }: falta fechar as aspas ("). Feche.
publish-row-too-many-cells = Linha { $row }: há { $found } células, mas a primeira linha tem { $most }. Ponha entre aspas (") a célula que contém o separador.
publish-row-missing = Linha { $row }: a coluna { publish-column } está vazia. Preencha.
publish-row-too-long = Linha { $row }: a coluna { publish-column } tem mais que 4.000 caracteres. Encurte.
publish-row-bad-id = Linha { $row }: o “id” pode ter até 64 bytes. Encurte.
publish-row-id-twice = Linha { $row }: o “id” “{ $id }” já está na linha { $earlier }. Mude um deles.
publish-row-bad-kind = Linha { $row }: o tipo “{ $kind }” não existe. Escreva choice (uma alternativa), choices (várias alternativas), text (texto), number (número) ou order (ordenar).
publish-row-bad-level = Linha { $row }: o nível “{ $level }” não existe. Escreva de 1 a 5.
publish-row-choice-count = Linha { $row }: o número de alternativas é { $found }. Escreva de 2 a 50, separadas por “|”.
publish-row-bad-choice = Linha { $row }: a alternativa { $place } está vazia ou repetida. Corrija.
publish-row-not-a-choice = Linha { $row }: a resposta “{ $answer }” não é uma das alternativas. Escreva igual à alternativa.
publish-row-one-answer = Linha { $row }: há { $found } respostas onde se pede uma. Escreva só uma, ou mude o tipo para choices (várias alternativas).
publish-row-not-an-order = Linha { $row }: a resposta não traz cada alternativa uma vez. Escreva na ordem certa, separadas por “|”.
publish-row-not-a-number = Linha { $row }: a resposta “{ $answer }” não é um número. Escreva só o número, ou mude o tipo para text (texto).

## Links
publish-link-missing = “{ $file }” não contém endereço. Crie o link de novo ou digite o endereço.
publish-link-bad = O endereço “{ $url }” de “{ $file }” não pode ser usado. Um endereço começa com https:// ou http://.

## Lessons
publish-lesson-no-materials = A aula não tem material. Adicione pelo menos um arquivo, texto ou link.
publish-lesson-too-many-materials = A aula tem { $materials } materiais, mais que 200. Divida em duas.
publish-lesson-no-title = A aula não tem título. Escreva um.
publish-lesson-bad-label = { $field ->
    [title] O título
    [unit] A unidade
   *[source] A fonte
} da aula tem mais que 200 caracteres ou tem caracteres que não podem ser mostrados. Corrija.
publish-lesson-bad-period = Não existe a { $period }ª aula. Escolha de 1 a 12.
publish-lesson-expires-early = O prazo da aula ({ $expires }) é antes do dia dela ({ $day }). Escolha um dia posterior.
publish-lesson-too-many-revisions = A aula foi alterada vezes demais. Distribua como uma nova aula.
publish-lesson-refused = A aula não pode ser distribuída ({ $cause }).
publish-lesson-random = Não foi possível criar um número para a aula ({ $cause }). Reinicie este computador.

## Notices
publish-note-photo-scaled = A foto foi reduzida: { $width } × { $height }.
publish-note-photo-turned = A foto foi virada para a posição certa.
publish-note-text-encoding = O texto foi lido como { $encoding }.
publish-note-recording-converted = A gravação foi convertida para os aparelhos.
publish-note-recording-no-captions = A gravação não tem legendas. Um arquivo .vtt com o mesmo nome, ao lado dela, acrescenta as legendas.
publish-note-recording-no-sound = A gravação não tem som.
