# Words of the shared components. Short, kind, readable by a child.

subject-japanese = Japonés
subject-social = Estudios sociales
subject-mathematics = Matemática
subject-science = Ciencias
subject-english = Inglés
subject-living = Vida cotidiana
subject-music = Música
subject-art = Arte
subject-home = Economía doméstica
subject-pe = Educación física
subject-moral = Educación moral
subject-integrated = Estudios integrados

button-undo = Deshacer
button-close = Cerrar
choice-right = Correcto
choice-wrong = No es esta
choice-answer = Respuesta
toast-seconds = { $seconds } s más
nav-label = Menú
link-opens = { $words } (enlace)
text-size = Tamaño de letra
text-size-percent = { $percent }%
text-size-sample = Abc 漢字

progress-percent = { $percent }%

state-ready = Todo está aquí
state-partial = { $here } de { $all } aquí
state-waiting = Aún por llegar
state-newer = Falta una app más nueva

key-space = Espacio
key-enter = Enter
key-escape = Esc
key-arrows = ← →

viewer-zoom-in = Ampliar
viewer-zoom-out = Reducir
viewer-fit = Ver entero
viewer-page = Página { $page } de { $pages }
viewer-page-next = Página siguiente
viewer-page-previous = Página anterior
viewer-opening = Abriendo
photo-label = Foto { $name }
photo-broken = Esta foto está dañada y no se abre. Avísale a tu profe.
photo-unknown = Este tipo de foto no se abre aquí. Avísale a tu profe.
photo-too-large = Esta foto es demasiado grande y no se abre. Avísale a tu profe.
pdf-label = Ficha { $name }
pdf-broken = Esta ficha está dañada y no se abre. Avísale a tu profe.
pdf-locked = Esta ficha tiene contraseña y no se abre. Avísale a tu profe.
pdf-too-large = Esta ficha es demasiado grande y no se abre. Avísale a tu profe.
pdf-too-many-pages = Esta ficha tiene demasiadas páginas y no se abre. Avísale a tu profe.
pdf-page-broken = No se puede mostrar esta página. Las otras, sí.
viewer-out-of-memory = Ahora no se puede abrir. Cierra la aplicación y ábrela de nuevo.

pad-back = Borrar uno
hold-seconds = { $seconds ->
    [one] Mantén presionado { $seconds } segundo más
   *[other] Mantén presionado { $seconds } segundos más
 }
picture-star = Estrella
picture-moon = Luna
picture-sun = Sol
picture-cloud = Nube
picture-flower = Flor
picture-tree = Árbol
picture-fish = Pez
picture-rabbit = Conejo
picture-apple = Manzana
picture-house = Casa
picture-boat = Barco
picture-car = Carro
picture-umbrella = Paraguas
picture-ball = Pelota
picture-book = Libro
picture-key = Llave
language-unreviewed = Ningún hablante nativo ha revisado todavía estas palabras.

find-open = Buscar
find-words = Palabras que buscar
find-previous = Anterior
find-next = Siguiente
find-place = { $place } de { $all }
find-none = No se encontró.
