# Words of the shared components. Short, kind, readable by a child.

subject-japanese = Japonês
subject-social = Estudos sociais
subject-mathematics = Matemática
subject-science = Ciências
subject-english = Inglês
subject-living = Vida cotidiana
subject-music = Música
subject-art = Artes
subject-home = Economia doméstica
subject-pe = Educação física
subject-moral = Educação moral
subject-integrated = Estudos integrados

button-undo = Desfazer
button-close = Fechar
choice-right = Certo
choice-wrong = Não é esta
choice-answer = Resposta
toast-seconds = mais { $seconds } s
nav-label = Menu
link-opens = { $words } (link)
text-size = Tamanho da letra
text-size-percent = { $percent }%
text-size-sample = Abc 漢字

progress-percent = { $percent }%

state-ready = Tudo aqui
state-partial = { $here } de { $all } aqui
state-waiting = Ainda vai chegar
state-newer = Precisa de app mais novo

key-space = Espaço
key-enter = Enter
key-escape = Esc
key-arrows = ← →

viewer-zoom-in = Ampliar
viewer-zoom-out = Reduzir
viewer-fit = Ver inteiro
viewer-page = Página { $page } de { $pages }
viewer-page-next = Próxima página
viewer-page-previous = Página anterior
viewer-opening = Abrindo
photo-label = Foto { $name }
photo-broken = Esta foto está danificada e não abre. Avise o professor.
photo-unknown = Este tipo de foto não abre aqui. Avise o professor.
photo-too-large = Esta foto é grande demais e não abre. Avise o professor.
pdf-label = Folha { $name }
pdf-broken = Esta folha está danificada e não abre. Avise o professor.
pdf-locked = Esta folha tem senha e não abre. Avise o professor.
pdf-too-large = Esta folha é grande demais e não abre. Avise o professor.
pdf-too-many-pages = Esta folha tem páginas demais e não abre. Avise o professor.
pdf-page-broken = Não dá para mostrar esta página. As outras, sim.
viewer-out-of-memory = Não dá para abrir agora. Feche o aplicativo e abra de novo.

pad-back = Apagar um
hold-seconds = { $seconds ->
    [one] Segure por mais { $seconds } segundo
   *[other] Segure por mais { $seconds } segundos
 }
picture-star = Estrela
picture-moon = Lua
picture-sun = Sol
picture-cloud = Nuvem
picture-flower = Flor
picture-tree = Árvore
picture-fish = Peixe
picture-rabbit = Coelho
picture-apple = Maçã
picture-house = Casa
picture-boat = Barco
picture-car = Carro
picture-umbrella = Guarda-chuva
picture-ball = Bola
picture-book = Livro
picture-key = Chave
language-unreviewed = Nenhum falante nativo revisou estas palavras ainda.

find-open = Procurar
find-words = Palavras a procurar
find-previous = Anterior
find-next = Próximo
find-place = { $place } de { $all }
find-none = Nada encontrado.
