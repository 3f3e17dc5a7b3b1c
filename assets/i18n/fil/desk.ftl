# Words of the teacher's screens. Short: what happened, what to do next.

desk-place-push = Ibigay
desk-place-progress = Progress
desk-place-roster = Class list
desk-place-settings = Settings

desk-back = Bumalik
desk-cancel = Kanselahin
desk-opening = Binubuksan
desk-asking = Nagtatanong sa paaralan
desk-as-of = Kalagayan noong { $time } (F5 para i-refresh)
desk-as-of-coming = Kalagayan noong { $time }, nire-refresh
desk-size-kb = { $number } KB
desk-size-mb = { $number } MB
desk-moment = { $day } { $time }
desk-period = Period { $number }
pupil-number = Num. { $number }
said-look = Tingnan kung nasaan

## First start
desk-welcome-title = Hotaru, mesa ng guro
desk-welcome-text = Magbigay ng mga larawan ng pisara, handout, recording at pagsasanay, pati sa mga batang walang koneksiyon sa bahay.
sign-in-title = Mag-sign in
sign-in-text = Gamitin ang pangalang ibinigay ng paaralan at ang passphrase na pinili ninyo.
sign-in-new = Handa na ang account. Ilagay ang pangalan, hintayin ang susunod na anim na digit, at gamitin ang mga ito sa pag-sign in. Isang beses lang magagamit ang parehong anim na digit.
sign-in-cloud = Address ng paaralan
sign-in-cloud-hint = https://hotaru.example.jp
sign-in-name = Pangalan
sign-in-passphrase = Passphrase
sign-in-code = Code
sign-in-code-how = Ilagay ang anim na digit ng authenticator app. Kung wala ang app, gamitin ang isa sa mga recovery code na isinulat ninyo. Isang beses lang sa isang araw ito itatanong sa computer na ito.
sign-in-do = Mag-sign in
sign-in-waiting = Nagtatanong sa paaralan
sign-in-oidc = Gamit ang account ng paaralan ({ $name })
oidc-waiting = Mag-sign in sa browser.
oidc-waiting-next = Gamitin ang account ninyo sa paaralan sa pahinang nagbukas. Kusang magpapatuloy ang window na ito pagkatapos.
oidc-again = Buksan muli ang browser
oidc-page = Puwede nang isara ang window na ito.
sign-in-way-name = Gamit ang pangalan at passphrase
sign-in-way-setup = Unang beses (may setup code ako)
sign-in-way-token = Ibang paraan
sign-in-token-title = Kumonekta sa paaralan gamit ang token
sign-in-token-text = Ilagay ang address at ang token ng guro mula sa namamahala ng server ng paaralan. Ise-save ang mga ito sa folder ninyo sa computer na ito.
sign-in-token = Token ng guro
sign-in-connect = Kumonekta
session-over = Tapos na ang oras ng pag-sign in na ito.
session-over-next = Mag-sign in muli at ituloy kung saan kayo huminto. Narito pa ang isinusulat ninyo at ang mga araling naghihintay na maipadala.
setup-title = Unang beses
setup-text = Gamit ang setup code mula sa admin ng paaralan, pipili kayo ng sariling passphrase.
setup-code = Setup code
setup-rule = Ang passphrase ay may 12 karakter o higit pa, o apat na salita o higit pa na may espasyo sa pagitan. Hindi ang unang susubukan ng kahit sino, at hindi ang sariling pangalan. Hindi kailangan ng simbolo o malaking titik.
setup-passphrase = Bagong passphrase
setup-again = Ulitin ang parehong passphrase
setup-differs = Hindi ito ang passphrase sa itaas.
setup-do = Susunod
setup-app = 1  Ilagay sa authenticator
setup-app-how = I-scan ang QR code na ito gamit ang authenticator app ng telepono o katulad nito.
setup-qr = QR code para sa authenticator app
setup-secret = Kung hindi ma-scan, i-type ito sa app.
setup-recovery = 2  Isulat ang mga recovery code
setup-recovery-once = Ngayon lang ipapakita ang mga ito.
setup-recovery-how = Isulat sa papel at itago kung saan walang makakakita. Kapag nawala ang app, magagamit ang bawat isa bilang code nang isang beses.
setup-first = 3  Subukan
setup-first-how = Ilagay ang anim na digit na ipinapakita ng app.
setup-confirm = Subukan

## Give
push-do = Ibigay
push-replace-title = Baguhin at ibigay muli
push-summary = { $classes }  { $day }  “{ $title }”, { $count ->
    [one] { $count } materyal
   *[other] { $count } materyal
} (puwede ring Ctrl+Enter)
push-lacks-files = Magdagdag ng file para maibigay ito.
push-lacks-work = Inihahanda ang mga materyal; pagkatapos ay maibibigay na ito.
push-lacks-class = Pumili ng klase.
push-lacks-subject = Piliin ang asignatura.
push-lacks-title = Sumulat ng pamagat.
push-without-refused = { $count ->
    [one] Hindi isasama ang { $count } na hindi magagamit.
   *[other] Hindi isasama ang { $count } na hindi magagamit.
}
push-no-school = Hindi pa dumarating ang listahan ng mga klase: { $reason }
push-toast = Ibibigay na ang “{ $title }”
push-undone = Hindi ito ibinigay.
push-undone-next = Walang ipinadala. Narito pa ang lahat.
push-arrived = Nasa paaralan na ang “{ $title }”.
push-arrived-next = Maiuuwi ito ng bawat terminal sa susunod na pagkonekta nito sa paaralan.

drop-here = Ihulog dito ang mga file
drop-now = Bitawan para maidagdag
drop-kinds = Mga larawan (JPEG, PNG), handout (PDF), recording (bidyo), teksto (Markdown, plain), pagsasanay (CSV, TSV)
drop-pick = Pumili ng file

form-classes = Klase
form-no-classes = Wala pang listahan ng mga klase.
form-subject = Asignatura
form-subject-other = Iba pa
form-subject-name = Pangalan ng asignatura
form-title = Pamagat
form-title-hint = Halimbawa: kung paano gumagana ang lever
form-day = Araw ng aralin
form-day-today = { $day }, ngayon
form-day-before = Naunang araw
form-day-after = Susunod na araw
form-period = Period
form-period-none = Wala
form-more = Iba pa (yunit, pinagkunan, link)
form-unit = Yunit
form-source = Pinagkunan
form-source-hint = Sariling gawa, o ang aklat at pahina nito
form-link = Link (kailangan ng internet)
form-link-hint = https://
form-link-add = Idagdag ang link
form-clear = Magsimula muli

file-waiting = Naghihintay ng turno
file-reading = Binabasa
file-reading-percent = Binabasa { $percent }%
file-converting = Kino-convert para sa mga terminal
file-converting-percent = Kino-convert para sa mga terminal { $percent }%
file-cutting = Hinahati sa mga bahagi
file-cutting-percent = Hinahati sa mga bahagi { $percent }%
file-at-school = nasa paaralan
file-up = Itaas ang “{ $name }”
file-down = Ibaba ang “{ $name }”
file-remove = Alisin ang “{ $name }”
file-stop = Ihinto ang “{ $name }”
file-more-rows = { $count ->
    [one] At { $count } row pa.
   *[other] At { $count } row pa.
}

kind-text = Teksto
kind-board = Pisara
kind-handout = Handout
kind-recording = Recording
kind-drill = Pagsasanay
kind-link = Link
kind-unknown = Materyal
amount-pages = { $count ->
    [one] { $count } pahina
   *[other] { $count } pahina
}
amount-items = { $count ->
    [one] { $count } tanong
   *[other] { $count } tanong
}
amount-minutes = { $count } min

job-held = Ipapadala na ang “{ $title }” maya-maya lang.
job-waiting = Susunod na ipapadala ang “{ $title }”.
job-failed = Hindi pa nakarating sa paaralan ang “{ $title }”.
job-failed-kept = Nakatabi ito sa computer na ito at kusang ipapadala kapag may koneksiyon.
job-refused = Hindi natanggap ng paaralan ang “{ $title }”.
job-damaged = Nasira sa computer na ito ang isang araling ipapadala sana.
job-damaged-next = Itapon ito at ibigay muli.
job-again = Ipadala muli
job-discard = Itapon
job-discard-ask = Itapon ang “{ $name }”?
job-discard-ask-next = Hindi ito ipapadala sa paaralan. Mananatili ang mga file ninyo.
job-discard-ask-do = Itapon

## The one line at the bottom
line-sending = Ipinapadala ang “{ $title }” ({ $done } sa { $all })
line-refused = { $count ->
    [one] { $count } aralin ang hindi nakarating sa paaralan. Tingnan sa “Ibigay”.
   *[other] { $count } aralin ang hindi nakarating sa paaralan. Tingnan sa “Ibigay”.
}
line-failed = { $count ->
    [one] { $count } aralin ang hindi pa nakarating: { $reason } Kusang ipapadala kapag may koneksiyon.
   *[other] { $count } aralin ang hindi pa nakarating: { $reason } Kusang ipapadala kapag may koneksiyon.
}
line-held = { $count ->
    [one] { $count } aralin ang ipapadala maya-maya lang.
   *[other] { $count } aralin ang ipapadala maya-maya lang.
}
line-school-failed = { $reason } Ang huling nakita ang ipinapakita.
line-all-sent = { $school }: nasa paaralan na ang lahat ng ibinigay.
line-asking = Nagtatanong sa paaralan.
line-send-now = Ipadala na

## Progress
lessons-none = Wala pang naibigay.
lessons-none-next = Nakalista rito ang mga ibinigay ninyo, pinakabago ang nauuna.
lessons-none-do = Ibigay
lesson-materials = { $count ->
    [one] { $count } materyal
   *[other] { $count } materyal
} ({ $size })
lesson-revision = { $count ->
    [one] { $count } beses binago
   *[other] { $count } beses binago
}
lesson-pushed = ibinigay noong { $at }
lesson-goes-out = lalabas sa { $at }
lesson-replace = Baguhin
lesson-withdraw = Bawiin
lesson-withdraw-ask = Bawiin ang “{ $name }”?
lesson-withdraw-ask-next = Mawawala ito sa mga terminal ng mga bata sa susunod nilang pagkonekta. Mananatili ang mga sagot nila.
lesson-withdraw-ask-do = Bawiin
withdrawn = Nabawi na.
withdrawn-next = Mawawala ito sa mga terminal sa susunod na pagkonekta ng mga ito.

receipts-title = Kung nasaan
receipts-none = Wala pang terminal.
receipts-none-next = Lalabas dito kapag sumali ang mga bata gamit ang code sa “Class list”.
receipts-here = Nasa terminal: { $count }
receipts-not-yet = Hindi pa nakakonekta ang terminal: { $count }
receipts-no-space = Kulang ang espasyo: { $count }
receipts-without-terminal = Wala pang terminal: { $count }
receipts-opened = Binuksan ng { $opened } sa { $pupils }
receipts-each = Bawat terminal
receipts-each-close = Isara ang listahan
receipt-here = Nasa terminal
receipt-not-yet = Hindi pa nakakonekta ang terminal
receipt-no-space = Kulang ang espasyo (kulang ng { $size })

answers-title = Mga sagot ayon sa tanong
answers-no-drill = Walang pagsasanay ang araling ito.
answers-none = Wala pang dumating na sagot.
answers-none-next = Darating ang mga sagot kapag nakakonekta ang mga terminal sa paaralan.
answers-in-order = Ayon sa ayos
answers-hardest-first = Pinakamahirap muna
answers-item = Tanong { $number }: { $answered } ang sumagot, { $correct } ang tama
answers-right = Tama
answers-count = { $count }
answers-others = Ibang sagot: { $count }
answers-dont-know = Humingi ng paliwanag: { $count }
answers-more = { $count } pa
answers-rest = Mga tanong na wala pang sagot: { $count }

## Roster
roster-code = Ang code ng { $class }
roster-address = Address: { $cloud }
roster-code-how = Sa terminal, piliin ang “Sumali sa klase” at ilagay ang address, code at numero.
roster-code-until = Magagamit ito hanggang { $at }.
roster-no-code = Walang magagamit na code sa ngayon.
roster-no-code-next = Gumawa ng bagong code kapag may papasok na bata o terminal.
roster-renew = Gumawa ng bagong code
roster-renew-ask = Gumawa ng bagong code para sa { $name }?
roster-renew-ask-next = Hindi na magagamit ang kasalukuyang code. Mananatili ang mga terminal na nakasali na.
roster-renew-ask-do = Gawin
roster-close = Isara ang code
roster-close-ask = Isara ang code ng { $name }?
roster-close-ask-next = Wala nang makapapasok gamit ang code na ito. Mananatili ang mga terminal na nakasali na.
roster-close-ask-do = Isara
code-renewed = May bago nang code.
code-renewed-next = Magagamit ito nang 14 na araw. Hindi na magagamit ang nauna.
code-closed = Sarado na ang code.
code-closed-next = Puwedeng gumawa ng bago kahit kailan.
roster-pupils = { $count ->
    [one] { $count } mag-aaral
   *[other] { $count } mag-aaral
}
roster-pupils-how = Binubuksan ng numero ang rekord ng mag-aaral. Gawin lang ito kapag walang naka-project.
roster-no-pupils = Wala pang sumasali.
roster-no-pupils-next = Lalabas dito ang mga numero kapag sumali ang mga bata gamit ang code sa itaas.
roster-terminals = Mga terminal
roster-no-terminals = Wala pang terminal.
roster-terminal-times = Sumali noong { $joined }, huling kumonekta noong { $seen }
roster-undo = I-undo ang pagsali
roster-undo-ask = I-undo ang pagsali ng { $name }?
roster-undo-ask-next = Hindi na maaabot ng terminal na ito ang paaralan. Mananatili ang mga sagot na dumating. Gamitin ito kapag maling numero ang nailagay.
roster-undo-ask-do = I-undo
card-title = Mga login card
card-name = { $class }, numero { $number }
card-how = Sa bagong terminal, piliin ang “Sumali sa klase”, at ilagay ang code na ito o i-scan ang QR code. Babalik din ang mga dating ginawa.
card-secret = Para itong password. Huwag ipakita kahit kanino, at sabihin sa guro mo kung nawala.
roster-cards = Mga login card
roster-cards-how = Sa papel na ito, maibabalik sa reserbang terminal ang gawa ng mag-aaral na nawalan ng terminal. Hindi na magagamit ang mga naunang card.
roster-cards-make = Gumawa ng card ng lahat
roster-cards-ask = Gumawa ng mga card para sa { $name }?
roster-cards-ask-next = Hindi na magagamit ang mga card na naibigay na. Magbubukas ang pahina ng mga bago: i-print at ipamigay.
roster-cards-ask-do = Gumawa ng card
roster-cards-some = { $count } mag-aaral ang may card
cards-made = Nagawa na ang mga login card.
cards-made-next = I-print ang pahinang nagbukas, saka burahin ang file: { $file }
roster-waits = Ibalik sa terminal na “{ $terminal }” ang dating ginawa ng { $name }?
roster-waits-next = Code at numero lang ang ginamit sa pagsali nito. Kung sa kaniya talaga ito, ibalik.
roster-agree = Ibalik
agreed = Ibabalik ang mga dating ginawa.
agreed-next = Darating ito sa susunod na pagkonekta ng terminal.
pupil-card-make = Gumawa ng login card
pupil-card-revoke = Ipawalang-bisa ang login card
pupil-unlock = Kapag tumawag ang mag-aaral dahil naka-lock
pupil-unlock-how = Itanong ang numero sa screen ng terminal at basahin nang dahan-dahan ang 16 na digit. Tiyakin muna na siya nga iyon.
pupil-unlock-number = Numero sa screen
pupil-unlock-show = Ipakita ang code
pupil-unlock-once = Isang beses lang gagana ang code.
card-revoked = Wala nang bisa ang login card.
card-revoked-next = Puwedeng gumawa ng bago kahit kailan.
join-undone = Na-undo na ang pagsali.
join-undone-next = Puwede nang sumali ang tamang numero.

## One pupil
pupil-private = Rekord ito ng isang mag-aaral.
pupil-private-text = Tiyaking wala ito sa projector o malaking screen. Pareho ang nakikita ng mag-aaral.
pupil-name = { $class }, num. { $number }
pupil-empty = Magsisimula pa lang ang rekord.
pupil-empty-next = Darating ang mga ginawa kapag nakakonekta ang terminal sa paaralan.
pupil-days = Mga araw ng pag-aaral
pupil-day-minutes = { $count } min
pupil-day-answers = { $count ->
    [one] { $count } sagot
   *[other] { $count } sagot
}, { $correct } ang tama
pupil-day-paper = { $count } min sa papel
pupil-lessons = Mga aralin
pupil-watched = nanood nang { $count } min
pupil-answers = Mga sagot, pinakabago ang nauuna
pupil-more = Iba pa
verdict-right = { $response }  tama
verdict-form = { $response }  tamang halaga, ibang anyo
verdict-not-right = { $response }  hindi tama
verdict-asked = Humingi ng paliwanag
verdict-open = { $response }  wala pang marka

## Settings
settings-looks = Hitsura
settings-text-size = Laki ng titik
desk-appearance = Liwanag
desk-appearance-system = Awtomatiko
desk-appearance-light = Maliwanag
desk-appearance-dark = Madilim
desk-language = Wika
settings-school = Paaralan
settings-who = Sino ang naka-sign in
settings-by-token = Naka-sign in gamit ang naka-print na token.
settings-until = Hanggang { $at }; mas maaga kung dalawang oras na hindi ginamit
settings-school-text = Ang token na pampasok ninyo ay nasa sariling folder ninyo sa computer na ito; walang ibang makababasa nito.
role-teacher = Guro ng { $class }
role-subject-teacher = { $subject } sa { $class }
role-support = Suporta sa isang mag-aaral
role-guardian = Tagapag-alaga
role-principal = Punong-guro
role-school-admin = Admin ng paaralan
role-city-admin = Admin ng lungsod
sign-out = Mag-sign out
sign-out-ask = I-sign out si { $name }?
sign-out-ask-next = Mananatili sa computer na ito ang isinusulat at ang mga araling naghihintay. Ipapadala ang mga naghihintay pagkatapos ng susunod na pag-sign in.
sign-out-ask-do = Mag-sign out
sign-out-token-ask = Alisin ang token sa computer na ito?
sign-out-token-ask-next = Para makapasok muli, kailangan ang naka-print na token. Mananatili ang isinusulat at ang mga araling naghihintay.
sign-out-token-ask-do = Alisin ang token

## Where it does not work
problem-other = Hindi ito gumana.
problem-address = Hindi tama ang address ng paaralan.
problem-address-next = Isulat muli ang address na nagsisimula sa https://.
problem-plain-http = Puwedeng mabasa ng iba ang ipinapadala sa address na ito.
problem-plain-http-next = Gumamit ng address na nagsisimula sa https://, o magtanong sa namamahala ng server ng paaralan.
problem-token = Hindi tama ang token ng guro.
problem-token-next = Ilagay muli nang buo ang token mula sa namamahala ng server.
problem-session-over = Tapos na ang oras ng pag-sign in na ito.
problem-session-over-next = Walang nawala. Mag-sign in muli.
problem-wrong-sign-in = Hindi tama ang pangalan, passphrase o code.
problem-wrong-sign-in-next = Tingnan muli ang mga ito. Kung hindi maalala, humingi ng bagong setup code sa admin ng paaralan.
problem-oidc-unknown = Hindi kilala ng paaralan ang account na ito.
problem-oidc-unknown-next = Hilingin sa admin ng paaralan na irehistro ito.
problem-oidc-failed = Hindi natuloy ang pag-sign in.
problem-oidc-failed-next = Masyadong natagalan, o may nagbago sa gitna. Magsimula muli.
problem-oidc-provider = Hindi maabot ng paaralan ang serbisyo ng account.
problem-oidc-provider-next = Subukang muli mamaya, o mag-sign in gamit ang pangalan at passphrase.
problem-oidc-declined = Walang pinapasok ang serbisyo ng account.
problem-oidc-declined-next = Subukang muli, o mag-sign in gamit ang pangalan at passphrase.
problem-oidc-late = Walang bumalik mula sa browser sa loob ng sampung minuto.
problem-oidc-late-next = Simulan muli ang pag-sign in.
problem-oidc-none = Walang ganitong pag-sign in ang paaralan.
problem-oidc-none-next = Mag-sign in gamit ang pangalan at passphrase.
problem-code-needed = Kailangan ng code.
problem-code-needed-next = Ilagay ang anim na digit ng authenticator app o ang isang recovery code.
problem-wrong-code = Hindi ito ang code sa sandaling ito.
problem-wrong-code-next = Hintayin ang susunod na anim na digit at ilagay ang mga ito. Tingnan din kung tama ang orasan ng app.
problem-wrong-setup = Hindi magagamit ang setup code na ito.
problem-wrong-setup-next = Tingnan muli ito. Kung lampas na sa 7 araw, o nagamit na, humingi ng bago sa admin ng paaralan.
problem-weak-passphrase = Masyadong madaling hulaan ang passphrase na ito.
problem-weak-passphrase-next = Gumamit ng 12 karakter o higit pa, o apat na salita o higit pa; hindi ang unang susubukan ng kahit sino, hindi paulit-ulit na karakter, hindi ang sariling pangalan.
problem-too-many-tries = Hindi muna tumatanggap ng subok ang paaralan.
problem-too-many-tries-next = Maghintay ng isang minuto, saka subukang muli. Walang nawala.
problem-certificates = Hindi magagamit ang sertipiko ng paaralan.
problem-certificates-next = Walang ipinadala. Magtanong sa namamahala ng server ng paaralan.
problem-unreachable = Hindi maabot ang paaralan.
problem-unreachable-next = Walang nawala. Tingnan ang kable o ang Wi-Fi.
problem-line-broke = Naputol ang koneksiyon.
problem-line-broke-next = Walang nawala. Itutuloy ito kung saan huminto.
problem-stalled = Nakahinto ang koneksiyon.
problem-stalled-next = Walang nawala. Itutuloy ito kung saan huminto.
problem-intercepted = May ibang makina sa gitna.
problem-intercepted-next = Walang ipinadala. Hilingin sa namamahala ng network na ito na palusutin ang Hotaru.
problem-captive-portal = Kailangang mag-sign in sa Wi-Fi.
problem-captive-portal-next = Walang ipinadala. Mag-sign in sa Wi-Fi sa browser, saka subukang muli.
problem-proxy = Hindi ito pinalulusot ng proxy ng network na ito.
problem-proxy-next = Walang ipinadala. Magtanong sa namamahala ng network na ito.
problem-answer = Hindi mabasa ang sagot ng paaralan.
problem-answer-next = Gawing magkapareho ang bersiyon ng Hotaru ng paaralan at ng computer na ito.
problem-forbidden = Hindi ito puwedeng gawin ng gurong ito.
problem-forbidden-next = Piliin lang ang mga sarili ninyong klase.
problem-no-lesson = Wala ang araling iyon.
problem-no-lesson-next = I-refresh ang listahan gamit ang F5.
problem-not-newest = May ibang nauna sa pagbabago nito.
problem-not-newest-next = Buksan ang pinakabago sa “Progress” at iyon ang baguhin.
problem-school-full = Puno ang server ng paaralan.
problem-school-full-next = Nakatabi pa ito sa computer na ito. Humingi ng espasyo sa namamahala ng server.
problem-school-busy = Abala ang server ng paaralan.
problem-school-busy-next = Nakatabi pa ito sa computer na ito at kusang ipapadala maya-maya.
problem-not-taken = Hindi ito natanggap ng paaralan.
problem-not-taken-next = Nakatabi pa ito sa computer na ito. Tingnan sa “Ibigay” at ipadala muli o itapon.
problem-other-cloud = Para sa ibang paaralan ang araling iyon.
problem-other-cloud-next = Kumonekta sa paaralang iyon para maipadala ito.
problem-other-teacher = Ibang guro ang gumawa ng araling iyon.
problem-other-teacher-next = Ipapadala ito kapag nag-sign in na siya.
problem-stopped = Itinigil ito.
problem-stopped-next = Walang nabago.
problem-waiting = May mga araling hindi pa nakarating.
problem-waiting-next = Nakatabi pa ang mga ito sa computer na ito at kusang ipapadala kapag may koneksiyon.
problem-file-changed = May file na nagbago habang idinaragdag.
problem-file-changed-next = Idagdag itong muli kapag tapos nang isulat.
problem-disk = Hindi makasulat sa disk ng computer na ito.
problem-disk-next = Walang ipinadala. Magbakante ng espasyo sa disk at subukang muli.
problem-draft = Hindi ito maibibigay nang ganito.
problem-draft-next = Punan ang kulang.
problem-files = May mga file na hindi magagamit.
problem-files-next = Alisin o ayusin ang mga ito.
problem-no-recipient = Walang makatatanggap nito.
problem-no-recipient-next = Pumili ng klase.
problem-no-account = Wala pang nakakonektang paaralan.
problem-no-account-next = Mag-sign in gamit ang pangalan at passphrase.
problem-no-class = Walang ganoong klase.
problem-no-class-next = Tingnan ang pangalan ng klase sa “Class list”.
problem-no-pupil = Wala pang may ganoong numero.
problem-no-pupil-next = Tingnan ang numero sa “Class list”.
problem-package = Hindi magagamit ang mga file ng halimbawang paaralan.
problem-package-next = Tingnan ang mga file.
problem-too-late = Nasa paaralan na ito.
problem-too-late-next = Puwede itong bawiin sa “Progress”.
problem-machine = May pangunahing bagay na hindi magawa ng computer na ito.
problem-machine-next = Walang nawala. I-restart ang computer.

## All terminals
terminals-title = Mga terminal ng paaralan
terminals-how = Bago isauli, tiyakin sa bawat isa na walang hindi naipadala at may patunay na nabura ito.
terminals-in-use = Ginagamit ({ $count })
terminals-ordered = Buburahin ({ $count })
terminals-gone = Nabura o binawi ({ $count })
terminals-none = Walang terminal dito.
terminals-holder = { $class } num. { $number }
terminals-id = Numero ng terminal: { $id }
terminals-unsent-unknown = Hindi pa alam kung may hindi naipadala. Malalaman ito kapag kumonekta na.
terminals-unsent-none = Wala pa sa paaralan: 0 (ayon sa terminal noong { $at })
terminals-unsent = Wala pa sa paaralan: { $events } sagot at tala, { $photos } larawan, { $locked } mag-aaral na naka-lock (ayon sa terminal noong { $at })
terminals-to-be = Buburahin ito kapag nakarating na ang lahat sa paaralan.
terminals-to-be-at-once = Buburahin ito sa susunod na pagkonekta.
terminals-erased = Binura noong { $at }. Narito ang sertipiko nito.
terminals-revoked = Binawi na ang mga susi nito sa paaralan.
terminals-filed = Sertipiko ng nagpaupa: { $name } ({ $at })
terminals-erase = Ipabura
terminals-erase-ask = Ipabura ang { $name }?
terminals-erase-ask-next = Ipapadala muna nito ang lahat ng hindi pa nakarating sa paaralan, saka buburahin ang sarili at ipapadala ang sertipiko nito.
terminals-erase-ask-do = Ipabura
terminals-at-once = Burahin agad
terminals-at-once-ask = Burahin agad ang { $name }?
terminals-at-once-ask-next = Para sa terminal na nawala o nanakaw. Sa susunod na pagkonekta, mabubura rin ang mga sagot na hindi pa nakarating sa paaralan.
terminals-at-once-ask-do = Burahin agad
terminals-withdraw = Bawiin ang utos
terminals-file = Ilagay ang sertipiko ng nagpaupa
erase-ordered = Naipag-utos na ang pagbura.
erase-ordered-next = Malalaman ito ng terminal sa susunod na pagkonekta.
erase-withdrawn = Binawi na ang utos na burahin.
erase-withdrawn-next = Kung alam na ito ng terminal, malalaman nito ang pagbawi sa susunod na pagkonekta.
certificate-filed = Nailagay na ang sertipiko.
certificate-filed-next = Nakatabi ito kasama ng sariling sertipiko ng terminal.
roster-all-terminals = Lahat ng terminal (pagsasauli at pagbura)
