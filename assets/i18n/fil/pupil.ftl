# Words of the pupil's screens. Short, kind, readable by a child.

place-today = Ngayon
place-lessons = Mga aralin
place-drills = Pagsasanay
place-record = Rekord
place-settings = Settings

go-back = Bumalik
try-again = Subukan ulit
opening = Binubuksan
list-and = {", "}
list-item = • { $words }
order-then = {" → "}

period = period { $number }
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB

welcome-title = Maligayang pagdating sa Hotaru
welcome-text = Iuwi ang mga aralin at matuto kahit walang koneksiyon.
join-title = Sumali sa klase
join-text = Ilagay ang address at code na ibinigay ng guro mo.
join-cloud = Address ng paaralan
join-cloud-hint = https://
join-code = Code ng klase, o ng login card mo
join-code-hint = ABCD-2345
join-number = Numero mo sa klase
join-number-fault = Isulat ang numero mula 1 hanggang 99.
join-card = Code ito ng login card
join-card-text = Hindi kailangan ang numero. Babalik din ang ginawa mo sa dati mong terminal.
join-do = Sumali sa klase
join-waiting = Nagtatanong sa paaralan
sample-title = Subukan muna
sample-text = Isang araw ng mga aralin ng halimbawang klase. Walang ipapadala sa paaralan.
sample-try = Buksan ang halimbawang klase
sample-leave = Isara ito at sumali sa klase
sample-leave-text = Ito ang halimbawang klase.

line-sample = Ito ang halimbawang klase. Hindi ito nakakonekta sa paaralan.
line-all-here = Nasa terminal na ito ang lahat.
line-to-be-erased = Hiniling ng paaralan na burahin ang terminal na ito kapag nakarating na ang lahat sa paaralan.
line-unsent = { $count ->
    [one] { $count } gawa ang hindi pa nakarating sa paaralan. Ipapadala kapag may koneksiyon.
   *[other] { $count } gawa ang hindi pa nakarating sa paaralan. Ipapadala kapag may koneksiyon.
 }
line-waiting = { $count ->
    [one] Darating pa ang { $count } aralin ({ $size }).
   *[other] Darating pa ang { $count } aralin ({ $size }).
 }
line-calling = Tinatawagan ang paaralan.
line-syncing = Nakikipag-usap sa paaralan.
line-receiving = Tinatanggap ang mga aralin ({ $here } sa { $all }).
line-kept = Walang nawala.
line-sync = Kumonekta
line-stop = Ihinto
findings-title = Bigla itong nagsara noong huli, kaya sinuri ang lahat.
findings-text = Narito pa ang mga ginawa mo. Darating ang kulang sa susunod na koneksiyon.
findings-harmed = May mga file sa loob na nasira. Inayos ang puwedeng ayusin.
findings-harmed-text = Narito pa ang mga ginawa mo. Suriin din ang iba para makasiguro.

today-lessons = Mga aralin ngayon
today-from-here = Magsimula rito ngayon: mga aralin ng { $day }
today-drills = Pagsasanay
today-empty = Wala pang aralin.
today-empty-next = Lalabas dito ang mga aralin kapag binuksan ang terminal na ito sa paaralan.

lessons-by-day = Ayon sa araw
lessons-by-subject = Ayon sa asignatura
lessons-search = Hanapin
lessons-search-hint = Pamagat, yunit, asignatura
lessons-none-found = Walang nahanap.
lessons-none-found-next = Subukan ang mas maikling salita.

lesson-gone = Wala na rito ang araling ito.
lesson-gone-next = Binawi ito o lumipas na. Nakatabi ang mga ginawa mo.
lesson-source = Pinagkunan: { $source }
material-text = Teksto
material-board = Pisara
material-handout = Handout
material-recording = Bidyo
material-drill = Pagsasanay
material-link = Link
material-unknown = Materyal
material-coming = Wala pa rito.
material-coming-next = { $size } pa. Darating ito kapag may koneksiyon.
newer-title = Kailangan ng mas bagong Hotaru para mabuksan ito.
newer-text = Nakatabi ito. Mabubuksan kapag na-update ang app.
link-title = Kailangan ng internet para sa kasunod.
link-text = Buksan ito habang may koneksiyon ka.
link-open = Buksan

notes = Mga tala
notes-hint = Napansin mo, ipinagtataka mo
notes-saved = Na-save na
notes-saving = Mase-save pagkatapos mong magsulat

drills-empty = Wala pang pagsasanay.
drill-progress = { $answered } sa { $all } ang nasagutan
drill-begin = Simulan
drill-go-on = Ituloy
drill-again = Isa pa
drill-at = Tanong { $number } sa { $all }
drill-stop = Huminto
drill-answer = Sagutin
drill-choose = pumili
drill-dont-know = Hindi ko alam
drill-next = Susunod
drill-text = Sagot mo
drill-number = Sagot mo (bilang)
drill-number-hint = gaya ng 3/4, 1 2/3, 0.5
drill-all-that-fit = Piliin ang lahat ng tama
drill-in-order = Piliin nang sunod-sunod. Pindutin ulit para bawiin
drill-done = Tapos na
drill-done-count = { $all ->
    [one] { $all } ang nasagutan, { $right } ang tama.
   *[other] { $all } ang nasagutan, { $right } ang tama.
 }
drill-once-more-why = Mas matatandaan mo kung uulit ka pagkabasa ng paliwanag.
drill-once-more = Ulitin ang mga namali
drill-from-start = Ulitin ang lahat
drill-not-here = Wala rito ngayon ang pagsasanay na ito.
drill-not-here-next = Pinalitan ito ng bago, o hindi pa dumarating.

verdict-correct = Tama
verdict-wrong = Hindi tama
verdict-wrong-form = Tama ang halaga. Isulat sa hinihinging anyo
verdict-dont-know = Basahin natin ang paliwanag
verdict-unknown = Na-save ang sagot mo. Ang paaralan ang magmamarka
verdict-given = Sagot mo: { $response }
verdict-key = Sagot: { $key }

record-empty = Dito naiipon ang mga ginagawa mo.
record-empty-next = Magbukas ng aralin o magsanay, at lalabas ito rito.
record-earlier = Wala pa rito ang ginawa mo sa dati mong terminal.
record-earlier-next = Darating ito sa susunod na koneksiyon kapag pumayag ang guro mo. Kung may login card ka, darating ito agad.
record-week = { $days ->
    [one] Ngayong linggo, nag-aral ka nang { $days } araw, { $minutes } min.
   *[other] Ngayong linggo, nag-aral ka nang { $days } araw, { $minutes } min.
 }
record-week-days = { $days ->
    [one] Ngayong linggo, nag-aral ka nang { $days } araw.
   *[other] Ngayong linggo, nag-aral ka nang { $days } araw.
 }
record-minutes = Oras ng pag-aaral (minuto)
record-subjects = Mga sagot ayon sa asignatura
record-subject = { $answered } ang nasagutan, { $correct } ang tama
record-days = Araw-araw
record-day = { $day }: { $did }
record-day-minutes = { $minutes } min
record-day-answers = { $count ->
    [one] { $count } sagot
   *[other] { $count } sagot
 }
record-day-lessons = { $count ->
    [one] { $count } aralin
   *[other] { $count } aralin
 }
record-day-paper = { $minutes } min sa papel

paper-title = Pag-aaral sa papel
paper-why = Maitatabi rin ang ginawa mo sa notebook o papel.
paper-open = Isulat ito
paper-today = Ngayon, { $day }
paper-minutes = Ilang minuto?
paper-minutes-fault = Isulat ang bilang mula 1 hanggang 1440.
paper-what = Ano ang ginawa mo?
paper-what-hint = dalawang papel ng pagkukuwenta
paper-photo = Maglagay ng larawan
paper-photo-no = Alisin ang larawan
paper-photo-name = Larawan { $name }
paper-photo-title = Pumili ng larawan
paper-save = Itabi
paper-cancel = Huwag na
paper-saved = Naitabi na.
paper-saved-next = Makararating ito sa paaralan sa susunod na koneksiyon.

settings-reading = Pagbasa
settings-appearance = Liwanag
appearance-system = Awtomatiko
appearance-light = Maliwanag
appearance-dark = Madilim
settings-ruby = Bigkas sa ibabaw ng kanji
ruby-on = Ipakita
ruby-off = Itago
settings-language = Wika
settings-storage = Espasyo
storage-used = { $used } sa { $cap } ang nagamit
storage-cap = Espasyo para sa mga aralin
check-title = Pagsuri ng datos ng pag-aaral
check-why = Binabasa ang lahat para matiyak na walang sirang sagot o materyal.
check-open = Suriin ang datos ng pag-aaral
check-running = Sinusuri ({ $done } sa { $all }). Puwede kang magpatuloy sa pag-aaral.
check-stop = Ihinto
check-repair = Ayusin, at kunin ang kulang
check-sound = Maayos ang lahat.
check-harmed = May kailangang ayusin.
check-mended = Naayos na.
check-left = May hindi pa naaayos.
check-cut-short = Itinigil ito bago natapos.
check-command = Inaayos ito ng `hotaru doctor --repair`.
check-extent = Nabasa at nasuri: { $events ->
    [one] { $events } gawa
   *[other] { $events } gawa
 }, { $blobs ->
    [one] { $blobs } materyal
   *[other] { $blobs } materyal
 } ({ $size }).
check-unsent = { $count ->
    [one] Narito rin ang { $count } gawa na hindi pa nakarating sa paaralan.
   *[other] Narito rin ang { $count } gawa na hindi pa nakarating sa paaralan.
 }
check-remedy-can-mend = Puwede itong ayusin.
check-remedy-mended = Naayos na ito.
check-remedy-comes = Darating ito sa susunod na koneksiyon.
check-remedy-next-start = Isara ang app at buksan ulit. Maaayos ito.
check-copy = Nasira ang isa sa dalawang kopya ng maliit na file.
check-copy-next = Ginagamit ang isa pa. Ipakita ito sa guro mo.
check-identity = Hindi na alam ng terminal na ito kung saang paaralan ito.
check-identity-next = Sumali ulit sa klase. Narito pa ang mga ginawa mo.
check-database = Nasira ang isang database sa loob.
check-database-next = Isara ang app at buksan ulit.
check-journal = Nasira ang isang bahagi ng file na nagtatala ng ginagawa mo. Narito pa ang lahat ng ginawa mo.
check-journal-next = Isara ang app at buksan ulit.
check-journal-lost = { $count ->
    [one] Hindi na mabasa ang { $count } gawa.
   *[other] Hindi na mabasa ang { $count } gawa.
 }
check-journal-lost-next = Nakatabi ang sirang file. Ipakita ito sa guro mo.
check-at-school = { $count ->
    [one] Nasa paaralan lang ang { $count } dating gawa.
   *[other] Nasa paaralan lang ang { $count } dating gawa.
 }
check-at-school-next = Walang nawala.
check-blobs = { $count ->
    [one] Nasira ang { $count } materyal.
   *[other] Nasira ang { $count } materyal.
 }
check-blobs-next = Darating ito sa susunod na koneksiyon.
check-own = { $count ->
    [one] Hindi na mabasa ang { $count } larawang kinunan dito.
   *[other] Hindi na mabasa ang { $count } larawang kinunan dito.
 }
check-own-next = Nakatabi ang mga file. Ipakita ito sa guro mo.
check-partials = { $count ->
    [one] Hindi na magamit ang { $count } materyal na hindi buong dumating.
   *[other] Hindi na magamit ang { $count } materyal na hindi buong dumating.
 }
check-partials-next = Darating ito mula sa simula sa susunod na koneksiyon.
check-left-overs = { $count ->
    [one] May { $count } file na hindi kailangan ({ $size }).
   *[other] May { $count } file na hindi kailangan ({ $size }).
 }
check-left-overs-next = Hindi ito nakasasama.
check-set-aside = { $count ->
    [one] Nakatabi ang { $count } sirang file ({ $size }).
   *[other] Nakatabi ang { $count } sirang file ({ $size }).
 }
check-set-aside-next = Hindi ito buburahin hangga't hindi nakararating ang lahat sa paaralan.
check-newer = { $count ->
    [one] { $count } aralin ang nangangailangan ng mas bagong Hotaru.
   *[other] { $count } aralin ang nangangailangan ng mas bagong Hotaru.
 }
check-newer-next = Nakatabi ang mga ito. I-update ang app.
check-locked = { $count ->
    [one] Naka-lock ang gawa ng { $count } mag-aaral kaya hindi ito sinuri.
   *[other] Naka-lock ang gawa ng { $count } mag-aaral kaya hindi ito sinuri.
}
check-locked-next = Buksan muna ang lock, saka suriin ulit.
check-space = { $size } na lang ang libreng espasyo ng terminal na ito.
check-space-next = Burahin ang mga file na hindi mo kailangan. Narito pa ang mga ginawa mo.
check-clock = Mali ang orasan ng terminal na ito.
check-clock-next = Itama ito. Kahit mali ang orasan, hindi mawawala ang mga ginawa mo.
check-waiting = { $count ->
    [one] Darating pa ang { $count } materyal ({ $size }).
   *[other] Darating pa ang { $count } materyal ({ $size }).
 }
check-waiting-next = Darating ito sa susunod na koneksiyon.
settings-line = Koneksiyon
settings-metered = Kapag may bayad o limitado ang koneksiyon
metered-careful = Teksto at pagsasanay lang
metered-all = Tanggapin ang lahat
seen-title = Ang makikita ng guro mo
seen-yes = Nakikita ng guro mo
seen-no = Hindi nakikita ng guro mo
seen-answers = mga sagot mo sa pagsasanay, at kung tama ang mga ito
seen-times = kung kailan at gaano ka katagal nag-aral
seen-opened = kung ilan sa klase ang nagbukas ng aralin
seen-paper = isinulat mo sa “Pag-aaral sa papel”
unseen-notes = isinulat mo sa mga tala mo
unseen-elsewhere = ginagawa mo sa ibang app o site
terminal-title = Ang terminal na ito
terminal-pupil = { $class }, numero { $number }
terminal-add-pupil = Magdagdag ng mag-aaral

problem-other = Hindi iyon gumana.
problem-no-space = Kulang ang libreng espasyo ng terminal na ito.
problem-no-space-next = Nakatabi ang mga ginawa mo. Burahin ang mga file na hindi mo kailangan, saka subukan ulit.
problem-cap-reached = Puno na ang espasyo para sa mga aralin.
problem-cap-reached-next = Walang nawala. Puwede mo itong lakihan sa Settings.
problem-not-saved = Ang ginawa mo lang ngayon ang hindi na-save.
problem-not-saved-next = Ligtas ang lahat ng nauna. Burahin ang mga file na hindi mo kailangan at ulitin ito.
problem-in-use = Nakabukas na ang Hotaru.
problem-in-use-next = Gamitin ang window na nakabukas. Walang nawala.
problem-damaged-blob = Nasira ang materyal na ito.
problem-damaged-blob-next = Darating itong muli sa susunod na koneksiyon. Nakatabi ang mga ginawa mo.
problem-no-blob = Wala pa rito.
problem-no-blob-next = Darating ito kapag may koneksiyon.
problem-damaged = Nasira ang isang file sa loob.
problem-damaged-next = Isara ang app at buksan ulit. Aayusin ang puwedeng ayusin.
problem-keys-lost = Nawawala ang mga susi ng terminal na ito.
problem-keys-lost-next = Ipakita sa guro mo. Nasa paaralan pa ang nakarating na roon.
problem-newer = Gawa ito ng mas bagong Hotaru.
problem-newer-next = I-update ang app. Walang nawala.
problem-io = Hindi mabasa o maisulat ang mga file.
problem-io-next = I-restart ang terminal. Kung ganoon pa rin, ipakita sa guro mo.
problem-other-school = Sa ibang paaralan ang terminal na ito.
problem-other-school-next = Ipakita sa guro mo.
problem-no-sample = Hindi nahanap ang halimbawang klase.
problem-no-sample-next = Sumali sa klase gamit ang address at code nito.
problem-unreachable = Hindi maabot ang paaralan.
problem-unreachable-next = Walang nawala. Susubukan ulit kung saan may koneksiyon.
problem-broken = Naputol ang koneksiyon.
problem-broken-next = Itutuloy ito kung saan huminto.
problem-stalled = Tahimik ang koneksiyon.
problem-stalled-next = Itutuloy ito kung saan huminto.
problem-intercepted = May nasa gitna na nagbubukas ng koneksiyon.
problem-intercepted-next = Walang ipinadala. Itanong sa guro mo ang network na ito.
problem-captive-portal = Kailangan munang mag-sign in sa Wi-Fi na ito.
problem-captive-portal-next = Buksan ang pahina ng Wi-Fi, mag-sign in, saka subukan ulit.
problem-proxy = Hinaharang ng network na ito ang daan papunta sa paaralan.
problem-proxy-next = Ipakita sa guro mo. Walang nawala.
problem-truncated = Putol itong dumating.
problem-truncated-next = Itutuloy ito kung saan huminto.
problem-too-long = Masyadong mahaba ang sagot ng paaralan.
problem-too-long-next = Hindi ito tinanggap. Ipakita sa guro mo.
problem-wrong-hash = Maling datos ang dumating.
problem-wrong-hash-next = Itinapon ito at kukunin ulit.
problem-wrong-code = Walang klase na may ganoong code.
problem-wrong-code-next = Tingnan ulit ang code at ilagay muli.
problem-not-let-in = Hindi na puwedeng pumasok ang terminal na ito.
problem-not-let-in-next = Ipakita sa guro mo. Nakatabi sa terminal na ito ang mga ginawa mo.
problem-superseded = Bumalik ang lumang kopya ng terminal na ito. Hindi na ito puwedeng pumasok.
problem-superseded-next = Ipakita sa guro mo: sumali ulit gamit ang login card. Nakatabi ang mga ginawa mo, at ipapadala sa paaralan pagkatapos.
problem-insecure = Hindi ligtas ang address na iyon.
problem-insecure-next = Humingi sa guro mo ng address na nagsisimula sa https://.
problem-bad-address = Hindi magagamit ang address na iyon.
problem-bad-address-next = Isulat itong muli mula sa https://.
problem-busy = Maraming beses na itong sinubukan.
problem-busy-next = Maghintay sandali, saka subukan ulit.
problem-not-saved-full = Ang ginawa mo lang ngayon ang hindi na-save.
problem-not-saved-full-next = Puno ang disk. Ligtas ang lahat ng nauna. Burahin ang mga file na hindi mo kailangan at ulitin ito.
problem-mismatch = Hindi nagkaintindihan ang paaralan at ang terminal na ito.
problem-mismatch-next = Walang nawala. Maaayos ito sa susunod na koneksiyon.
problem-no-such-pupil = Wala sa terminal na ito ang mag-aaral na iyon.
problem-no-such-pupil-next = Tingnan sa Settings.
problem-machine = May pangunahing bagay na hindi magawa ng terminal na ito.
problem-machine-next = I-restart ang terminal. Nakatabi ang mga ginawa mo.
problem-forbidden = Hindi ito pinapayagan ng paaralan.
problem-forbidden-next = Magtanong sa guro mo. Walang nawala.
problem-refused = Hindi ito tinanggap ng paaralan.
problem-refused-next = Ipakita sa guro mo. Nakatabi sa terminal na ito ang mga ginawa mo.
problem-school-full = Puno ang server ng paaralan.
problem-school-full-next = Sabihin sa guro mo. Nakatabi sa terminal na ito ang mga ginawa mo.
problem-photos = Hindi naipadala ang mga larawan.
problem-photos-next = Nakatabi ang mga ito at ipapadala sa susunod na koneksiyon.
problem-cancelled = Itinigil.
problem-cancelled-next = Sa susunod, itutuloy ito mula rito.
problem-not-joined = Wala pang nasasalihang klase.
problem-not-joined-next = Ilagay ang address at code mula sa guro mo.
problem-unsent = May mga sagot na hindi pa nakarating sa paaralan.
problem-unsent-next = Kumonekta muna para maipadala ang mga ito.
problem-not-sure = Walang binura.
problem-not-sure-next = Sabihin ulit na gusto mong magbura.
problem-no-erasure = Walang kailangang sabihin sa paaralan.
problem-no-erasure-next = Hindi binura ang terminal na ito, o alam na ng paaralan.
problem-drill = Hindi mabasa ang pagsasanay na ito.
problem-drill-next = Ipakita sa guro mo.
problem-no-such-drill = Walang ganoong pagsasanay.
problem-no-such-drill-next = Pumili sa pahina ng Pagsasanay.
problem-no-such-item = Walang ganoong tanong.
problem-no-such-item-next = Pumili sa pahina ng Pagsasanay.
problem-bad-line = May linya ng file na hindi mabasa.
problem-bad-line-next = Itama ito at subukan ulit.
problem-photo = Hindi magagamit ang larawang iyon.
problem-photo-next = Pumili ng larawang JPEG o PNG. Narito pa ang isinulat mo.
problem-file = Hindi mabasa ang file na iyon.
problem-file-next = Tingnan ang pangalan nito at subukan ulit.
problem-locked = Naka-lock ito.
problem-locked-next = Buksan muna ang lock.
problem-wrong-secret = Hindi iyon tama.
problem-wrong-secret-next = Subukan ulit. Kung nakalimutan mo, humingi sa guro mo ng code sa telepono.
problem-slowed = Maraming beses nang mali.
problem-slowed-next = Maghintay sandali, saka subukan ulit. Walang nawala.
problem-sign-in-expired = Matagal na hindi nakakonekta sa paaralan ang terminal na ito kaya nag-lock ito.
problem-sign-in-expired-next = Walang nawala. Ikonekta ito sa paaralan, o humingi sa guro mo ng code sa telepono.
problem-wrong-unlock-code = Hindi nagbubukas ang code na ito.
problem-wrong-unlock-code-next = Sabihin sa guro mo ang numero sa screen at hingin ang code nito.
problem-bad-unlock-code = Parang may maling digit sa code.
problem-bad-unlock-code-next = Ipabasa itong muli sa guro mo.
problem-weak-secret = Masyado itong madali, o hindi tama ang haba.
problem-weak-secret-next = Pumili ng iba.
problem-keyring-closed = Nakasara ang keyring ng computer na ito.
problem-keyring-closed-next = Mag-sign in ulit sa computer, saka buksan ang Hotaru. Walang nawala.
problem-no-memory = Kulang ang memory.
problem-no-memory-next = Isara ang ibang app at subukan ulit.

line-locked = Ipapadala rin ang nasa loob ng naka-lock kapag may koneksiyon.

sign-in-title = Buksan ang lock
sign-in-who = Sino ang gagamit?
sign-in-do = Buksan
sign-in-waiting = Sinusubukan.
sign-in-forgot = Nakalimutan ko
sign-in-slowed = { $seconds ->
    [one] Maghintay pa nang { $seconds } segundo.
   *[other] Maghintay pa nang { $seconds } segundo.
 }
sign-in-slowed-text = Maraming beses nang mali, kaya pahinga muna sandali. Walang nawala.

secret-pin = Pindutin ang iyong PIN.
secret-picture = Pindutin nang sunod-sunod ang mga larawan mo.
secret-passphrase = Passphrase
secret-typed = { $count ->
    [one] { $count } digit ang nailagay
   *[other] { $count } digit ang nailagay
 }
secret-tapped = { $count ->
    [one] { $count } larawan ang napili
   *[other] { $count } larawan ang napili
 }
secret-show = Ipakita
secret-hide = Itago

days-left = { $days ->
    [one] Magla-lock ito pagkaraan ng { $days } araw.
   *[other] Magla-lock ito pagkaraan ng { $days } araw.
 }
days-left-next = Kumonekta sa paaralan, at magagamit ulit ito nang { $all } araw.
days-over = Kung ila-lock mo ngayon, hindi ito agad mabubuksan.
days-over-next = Kumonekta muna sa paaralan. Walang nawala.

code-forgot = Kung nakalimutan mo
code-over = Matagal itong hindi nakakonekta sa paaralan kaya nag-lock ito.
code-kept = Hindi nawala ang mga ginawa mo. Nasa likod ng lock ang lahat.
code-line = Pindutin ang “Kumonekta” sa paaralan, at magbubukas ulit ito.
code-call = Tawagan ang guro mo at sabihin ang tatlong ito.
code-class = Klase
code-number = Numero mo sa klase
code-code = Numero ng code
code-enter = Ilagay ang 16 na digit na babasahin ng guro mo.
code-typed = { $count } sa 16 na digit ang nailagay
code-line-only = Pindutin ang “Kumonekta” sa paaralan, at magbubukas ulit ito. Hindi mabubuksan ang terminal na ito sa telepono.
code-none = Hindi pa mabubuksan ang terminal na ito sa telepono. Ipakita ito sa guro mo.

lock-title = Lock
lock-why = Kapag may lock, walang ibang makakakita ng mga sagot at tala mo.
lock-none = Walang lock ngayon.
lock-is-pin = PIN ang nagbubukas nito.
lock-is-picture = Larawang PIN ang nagbubukas nito.
lock-is-passphrase = Passphrase ang nagbubukas nito.
lock-set = Lagyan ng lock
lock-now = I-lock na
lock-change = Palitan ang lock
lock-remove = Alisin ang lock
lock-remove-sure = Kung wala ito, makikita ng kahit sinong gagamit ng terminal na ito ang nasa loob. Aalisin ba?
lock-kind = Anong lock?
lock-kind-pin = PIN
lock-kind-picture = Larawang PIN
lock-kind-passphrase = Passphrase
lock-rule-pin = 4 hanggang 12 digit. Huwag ang kaarawan mo.
lock-rule-picture = 4 hanggang 8 larawan, sunod-sunod.
lock-rule-passphrase = 8 hanggang 128 karakter. Madaling tandaan ang ilang salita.
lock-again = Natatandaan mo ba? Ilagay ulit ang pareho.
lock-next = Susunod
lock-choose = Gamitin
lock-cancel = Huwag na
lock-differs = Hindi iyon pareho.
lock-differs-next = Ilagay ulit mula sa simula.
lock-working = Pinapalitan ang lock.
lock-made = May lock na.
lock-made-next = Kung makalimutan mo, mababasa sa iyo ng guro mo ang isang code sa telepono.
lock-removed = Wala na ang lock.
lock-removed-next = Puwede kang maglagay ulit kahit kailan.
renew-title = Bagong lock
renew-text = Mula ngayon, ang bago ang magbubukas nito.
renew-later = Mamaya na
weak-length = Dapat { $least } hanggang { $most } ang haba.
weak-characters = May mga karakter na hindi magagamit. Pumili ng iba.
weak-common = Ito ang unang susubukan ng kahit sino. Pumili ng iba.

erase-open = Burahin ang terminal na ito…
erase-title = Burahin ang terminal na ito
erase-text = Para sa pagsasauli ng terminal o pagbibigay nito sa iba. Mabubura ang lahat ng aralin at rekord dito. Mananatili sa paaralan ang nakarating na roon.
erase-who = Sino ang gumagamit ng terminal na ito
erase-all-sent = Nakarating na sa paaralan ang lahat ng ginawa.
erase-unsent = { $count ->
    [one] { $count } gawa ang hindi pa nakarating sa paaralan.
   *[other] { $count } gawa ang hindi pa nakarating sa paaralan.
 }
erase-locked = Naka-lock ito kaya walang nakaaalam. Kumonekta, at makararating ito sa paaralan nang naka-lock.
erase-sync-first = Bago magbura, kumonekta at ipadala ang lahat sa paaralan.
erase-sync = Kumonekta muna
erase-sure = Burahin ba talaga?
erase-loses = { $count ->
    [one] { $count } gawa ang mawawala.
   *[other] { $count } gawa ang mawawala.
 }
erase-loses-next = Wala pa ito sa paaralan, kaya hindi na ito babalik.
erase-hold = Para magbura, pindutin nang 3 segundo ang pulang button.
erase-do = Burahin ang lahat
erase-cancel = Huwag burahin
erasing-title = Nagbubura
erasing-text = Huwag patayin ang terminal at maghintay sandali.
telling-title = Nabura na. Sinasabi sa paaralan
telling-text = Kung walang koneksiyon, puwede itong sabihin mamaya.
not-erased-title = Hindi pa nabubura ang lahat.
not-erased-text = Sinira na ang mga susi, kaya wala nang mababasa. May ilang file na hindi naalis.
not-erased-again = Burahin ulit
erased-title = Nabura na ang terminal na ito.
erased-told = Natanggap na ng paaralan.
erased-told-next = Puwede na itong isauli.
erased-untold = Hindi pa alam ng paaralan.
erased-untold-next = Pindutin ang “Sabihin sa paaralan” kung saan may koneksiyon. Hanggang doon, nakatabi ang sertipiko sa terminal na ito.
erased-tell = Sabihin sa paaralan
erased-by-order = Binura ito dahil hiniling ng paaralan.
erased-alone = Walang laman ito.
erased-alone-next = Wala itong sinalihang paaralan, kaya walang kailangang sabihan.
certificate-title = Sertipiko ng pagbura
certificate-number = Numero: { $fact }
certificate-time = Binura: { $fact }
certificate-terminal = Terminal: { $fact }
certificate-id = ID ng terminal: { $fact }
certificate-school = Paaralan: { $fact }
certificate-unsent = Wala sa paaralan: { $fact }
anew-title = Para sa susunod
anew-text = Magsisimula ito nang walang laman.
anew-do = Magsimula nang bago
