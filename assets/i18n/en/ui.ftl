# Words of the shared components. Short, kind, readable by a child.

subject-japanese = Japanese
subject-social = Social studies
subject-mathematics = Arithmetic
subject-science = Science
subject-english = English
subject-living = Living
subject-music = Music
subject-art = Art
subject-home = Home
subject-pe = PE
subject-moral = Moral education
subject-integrated = Integrated study

button-undo = Undo
button-close = Close
choice-right = Right
choice-wrong = Not this one
choice-answer = Answer
toast-seconds = { $seconds } s left
nav-label = Menu
link-opens = { $words } (link)
text-size = Text size
text-size-percent = { $percent }%
text-size-sample = Abc 漢字

progress-percent = { $percent }%

state-ready = All here
state-partial = { $here } of { $all } here
state-waiting = Still to come
state-newer = Needs a newer app

key-space = Space
key-enter = Enter
key-escape = Esc
key-arrows = ← →

viewer-zoom-in = Larger
viewer-zoom-out = Smaller
viewer-fit = Fit
viewer-page = Page { $page } of { $pages }
viewer-page-next = Next page
viewer-page-previous = Previous page
viewer-opening = Opening
photo-label = Photo { $name }
photo-broken = This photo is damaged and cannot be opened. Please tell your teacher.
photo-unknown = This kind of photo cannot be opened. Please tell your teacher.
photo-too-large = This photo is too large to open. Please tell your teacher.
pdf-label = Handout { $name }
pdf-broken = This handout is damaged and cannot be opened. Please tell your teacher.
pdf-locked = This handout has a password and cannot be opened. Please tell your teacher.
pdf-too-large = This handout is too large to open. Please tell your teacher.
pdf-too-many-pages = This handout has too many pages to open. Please tell your teacher.
pdf-page-broken = This page cannot be shown. The other pages can.
viewer-out-of-memory = This cannot be opened now. Please close the app and open it again.

pad-back = Take one back
hold-seconds = { $seconds ->
    [one] Hold it for one more second
   *[other] Hold it for { $seconds } more seconds
 }
picture-star = Star
picture-moon = Moon
picture-sun = Sun
picture-cloud = Cloud
picture-flower = Flower
picture-tree = Tree
picture-fish = Fish
picture-rabbit = Rabbit
picture-apple = Apple
picture-house = House
picture-boat = Boat
picture-car = Car
picture-umbrella = Umbrella
picture-ball = Ball
picture-book = Book
picture-key = Key
language-unreviewed = No native reader has been over these words yet.

find-open = Find
find-words = Words to find
find-previous = Previous place
find-next = Next place
find-place = { $place } of { $all }
find-none = Not found.
