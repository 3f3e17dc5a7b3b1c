# Words of the shared components. Short, kind, readable by a child.

subject-japanese = Wikang Hapon
subject-social = Araling Panlipunan
subject-mathematics = Matematika
subject-science = Agham
subject-english = Ingles
subject-living = Pamumuhay
subject-music = Musika
subject-art = Sining
subject-home = Pantahanan
subject-pe = PE
subject-moral = Pagpapakatao
subject-integrated = Pinagsamang Pag-aaral

button-undo = Ibalik
button-close = Isara
choice-right = Tama
choice-wrong = Hindi ito
choice-answer = Sagot
toast-seconds = { $seconds } s na lang
nav-label = Menu
link-opens = { $words } (link)
text-size = Laki ng titik
text-size-percent = { $percent }%
text-size-sample = Abc 漢字

progress-percent = { $percent }%

state-ready = Kumpleto na
state-partial = Narito ang { $here } sa { $all }
state-waiting = Darating pa
state-newer = Kailangan ng bagong app

key-space = Space
key-enter = Enter
key-escape = Esc
key-arrows = ← →

viewer-zoom-in = Palakihin
viewer-zoom-out = Paliitin
viewer-fit = Buo
viewer-page = Pahina { $page } sa { $pages }
viewer-page-next = Susunod na pahina
viewer-page-previous = Naunang pahina
viewer-opening = Binubuksan
photo-label = Larawan { $name }
photo-broken = Sira ang larawang ito at hindi mabuksan. Sabihin sa guro mo.
photo-unknown = Hindi mabuksan ang ganitong uri ng larawan. Sabihin sa guro mo.
photo-too-large = Masyadong malaki ang larawang ito para buksan. Sabihin sa guro mo.
pdf-label = Handout { $name }
pdf-broken = Sira ang handout na ito at hindi mabuksan. Sabihin sa guro mo.
pdf-locked = May password ang handout na ito at hindi mabuksan. Sabihin sa guro mo.
pdf-too-large = Masyadong malaki ang handout na ito para buksan. Sabihin sa guro mo.
pdf-too-many-pages = Masyadong maraming pahina ang handout na ito para buksan. Sabihin sa guro mo.
pdf-page-broken = Hindi maipakita ang pahinang ito. Makikita ang iba.
viewer-out-of-memory = Hindi ito mabuksan ngayon. Isara ang app at buksan ulit.

pad-back = Magbura ng isa
hold-seconds = { $seconds ->
    [one] Pindutin pa nang { $seconds } segundo
   *[other] Pindutin pa nang { $seconds } segundo
 }
picture-star = Bituin
picture-moon = Buwan
picture-sun = Araw
picture-cloud = Ulap
picture-flower = Bulaklak
picture-tree = Puno
picture-fish = Isda
picture-rabbit = Kuneho
picture-apple = Mansanas
picture-house = Bahay
picture-boat = Bangka
picture-car = Kotse
picture-umbrella = Payong
picture-ball = Bola
picture-book = Aklat
picture-key = Susi
language-unreviewed = Hindi pa nasusuri ng mga nagsasalita ng Filipino ang mga salitang ito.

find-open = Hanapin
find-words = Salitang hahanapin
find-previous = Naunang lugar
find-next = Susunod na lugar
find-place = { $place } sa { $all }
find-none = Hindi nahanap.
