# Words of the pupil's screens. Short, kind, readable by a child.

place-today = Today
place-lessons = Lessons
place-drills = Drills
place-record = Record
place-settings = Settings

go-back = Back
try-again = Try again
opening = Opening
list-and = {", "}
list-item = • { $words }
order-then = {" → "}

period = period { $number }
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB

welcome-title = Welcome to Hotaru
welcome-text = Take your lessons home and learn where there is no line.
join-title = Join a class
join-text = Enter the address and the code that your teacher gave you.
join-cloud = The school's address
join-cloud-hint = https://
join-code = The class's code, or your login card's
join-code-hint = ABCD-2345
join-number = Your number
join-number-fault = Write a number from 1 to 99.
join-card = This is a login card's code
join-card-text = You need no number. What you did on your other terminal comes back, too.
join-do = Join the class
join-waiting = Asking the school
sample-title = Try it first
sample-text = One day of lessons of a sample class. Nothing is sent to any school.
sample-try = Open the sample class
sample-leave = Close the sample and join a class
sample-leave-text = This is the sample class.

line-sample = This is the sample class. It is not connected to a school.
line-all-here = Everything is on this terminal.
line-to-be-erased = The school asked for this terminal to be erased once everything has reached school.
line-unsent = { $count ->
    [one] One thing has
   *[other] { $count } things have
 } not reached school yet; sent when there is a line.
line-waiting = { $count ->
    [one] One lesson
   *[other] { $count } lessons
 } ({ $size }) still to come.
line-calling = Calling the school.
line-syncing = Talking with the school.
line-receiving = Receiving lessons ({ $here } of { $all }).
line-kept = Nothing is lost.
line-sync = Connect
line-stop = Stop
findings-title = It ended suddenly last time, so everything was checked.
findings-text = What you did is still here. What is missing comes with the next connection.
findings-harmed = Some files inside were damaged. What could be mended was mended.
findings-harmed-text = What you did is still here. Check the rest to be sure.

today-lessons = Today's lessons
today-from-here = Start here today: lessons of { $day }
today-drills = Drills
today-empty = No lessons yet.
today-empty-next = They appear here once this terminal is opened at school.

lessons-by-day = By day
lessons-by-subject = By subject
lessons-search = Search
lessons-search-hint = Title, unit, subject
lessons-none-found = Nothing found.
lessons-none-found-next = Try a shorter word.

lesson-gone = This lesson is no longer here.
lesson-gone-next = It was withdrawn or has expired. What you did is kept.
lesson-source = Source: { $source }
material-text = Text
material-board = Board
material-handout = Handout
material-recording = Recording
material-drill = Drill
material-link = Link
material-unknown = Material
material-coming = Not here yet.
material-coming-next = { $size } to go. It comes when there is a line.
newer-title = A newer Hotaru is needed to open this.
newer-text = It is kept, and opens once the program is updated.
link-title = What follows needs the internet.
link-text = Open it while you are connected.
link-open = Open

notes = Notes
notes-hint = What you noticed, what you wonder about
notes-saved = Saved
notes-saving = Saves when you stop writing

drills-empty = No drills yet.
drill-progress = { $answered } of { $all } answered
drill-begin = Start
drill-go-on = Go on
drill-again = Once more
drill-at = Question { $number } of { $all }
drill-stop = Stop
drill-answer = Answer
drill-choose = choose
drill-dont-know = I don't know
drill-next = Next
drill-text = Your answer
drill-number = Your answer (a number)
drill-number-hint = such as 3/4, 1 2/3, 0.5
drill-all-that-fit = Choose all that fit
drill-in-order = Choose in order; press again to take back
drill-done = Done
drill-done-count = { $all ->
    [one] One answered,
   *[other] { $all } answered,
 } { $right } right.
drill-once-more-why = Once more after reading the explanation is how it stays.
drill-once-more = The missed ones once more
drill-from-start = All once more
drill-not-here = This drill is not here now.
drill-not-here-next = It was renewed, or has not arrived yet.

verdict-correct = Right
verdict-wrong = Not right
verdict-wrong-form = The value is right; write it in the asked form
verdict-dont-know = Let's read the explanation
verdict-unknown = Your answer is saved; the school grades it
verdict-given = You answered: { $response }
verdict-key = Answer: { $key }

record-empty = What you do gathers here.
record-empty-next = Open a lesson or do a drill, and it appears.
record-earlier = What you did on your other terminal is not here yet.
record-earlier-next = It comes with the next connection once your teacher agrees. With your login card it comes at once.
record-week = This week you studied on { $days ->
    [one] one day
   *[other] { $days } days
 }, { $minutes } min.
record-week-days = This week you studied on { $days ->
    [one] one day
   *[other] { $days } days
 }.
record-minutes = Time studied (minutes)
record-subjects = Answers by subject
record-subject = { $answered } answered, { $correct } right
record-days = Day by day
record-day = { $day }: { $did }
record-day-minutes = { $minutes } min
record-day-answers = { $count ->
    [one] one answer
   *[other] { $count } answers
 }
record-day-lessons = { $count ->
    [one] one lesson
   *[other] { $count } lessons
 }
record-day-paper = { $minutes } min on paper

paper-title = Study on paper
paper-why = What you did in a notebook or on a sheet can be kept, too.
paper-open = Write it down
paper-today = Today, { $day }
paper-minutes = How many minutes?
paper-minutes-fault = Write a number from 1 to 1440.
paper-what = What did you do?
paper-what-hint = two sheets of calculation
paper-photo = Add a photo
paper-photo-no = Take the photo off
paper-photo-name = Photo { $name }
paper-photo-title = Choose a photo
paper-save = Keep
paper-cancel = Cancel
paper-saved = Kept.
paper-saved-next = It reaches school with the next connection.

settings-reading = Reading
settings-appearance = Brightness
appearance-system = Automatic
appearance-light = Light
appearance-dark = Dark
settings-ruby = Readings over kanji
ruby-on = Show
ruby-off = Hide
settings-language = Language
settings-storage = Storage
storage-used = { $used } of { $cap } used
storage-cap = Room for lessons
check-title = Check of the study data
check-why = Reads everything and makes sure that no answer and no material is damaged.
check-open = Check the study data
check-running = Checking ({ $done } of { $all }). You can go on studying.
check-stop = Stop
check-repair = Repair, and fetch what is missing
check-sound = Everything is all right.
check-harmed = Some things need to be repaired.
check-mended = It was repaired.
check-left = Some things are not repaired yet.
check-cut-short = It was stopped before the end.
check-command = `hotaru doctor --repair` repairs them.
check-extent = Read and checked: { $events ->
    [one] one thing that was done
   *[other] { $events } things that were done
 }, { $blobs ->
    [one] one material
   *[other] { $blobs } materials
 } ({ $size }).
check-unsent = { $count ->
    [one] One that has not reached school yet is here too.
   *[other] { $count } that have not reached school yet are here too.
 }
check-remedy-can-mend = It can be repaired.
check-remedy-mended = It was repaired.
check-remedy-comes = It comes with the next connection.
check-remedy-next-start = Close the program and open it again; it is repaired then.
check-copy = One of two copies of a small file was damaged.
check-copy-next = The other one is in use. Show this to your teacher.
check-identity = This terminal no longer knows its school.
check-identity-next = Join the class again. What you did is still here.
check-database = A database inside was damaged.
check-database-next = Close the program and open it again.
check-journal = The file that records what you do was damaged in one place. All that you did is still here.
check-journal-next = Close the program and open it again.
check-journal-lost = { $count ->
    [one] One thing that was done
   *[other] { $count } things that were done
 } cannot be read any more.
check-journal-lost-next = The damaged file is kept. Show this to your teacher.
check-at-school = { $count ->
    [one] One earlier thing is
   *[other] { $count } earlier things are
 } at school only.
check-at-school-next = Nothing is lost.
check-blobs = { $count ->
    [one] One material was
   *[other] { $count } materials were
 } damaged.
check-blobs-next = They come with the next connection.
check-own = { $count ->
    [one] One photo
   *[other] { $count } photos
 } taken here cannot be read any more.
check-own-next = The files are kept. Show this to your teacher.
check-partials = { $count ->
    [one] One half-received material was
   *[other] { $count } half-received materials were
 } of no use any more.
check-partials-next = They come from the beginning with the next connection.
check-left-overs = There { $count ->
    [one] was one file
   *[other] were { $count } files
 } that nothing needs ({ $size }).
check-left-overs-next = They do no harm.
check-set-aside = { $count ->
    [one] One damaged file is
   *[other] { $count } damaged files are
 } kept ({ $size }).
check-set-aside-next = They stay until everything has reached school.
check-newer = { $count ->
    [one] One lesson needs
   *[other] { $count } lessons need
 } a newer Hotaru.
check-newer-next = They are kept. Update the program.
check-locked = { $count ->
    [one] One pupil's study is locked and was not looked into.
   *[other] { $count } pupils' studies are locked and were not looked into.
}
check-locked-next = Open it first, then check again.
check-space = This terminal has only { $size } free.
check-space-next = Delete files that you do not need. What you did is still here.
check-clock = The clock of this terminal is wrong.
check-clock-next = Set it. Even with a wrong clock nothing that you did is lost.
check-waiting = { $count ->
    [one] One material is
   *[other] { $count } materials are
 } still to come ({ $size }).
check-waiting-next = They come with the next connection.
settings-line = Connection
settings-metered = On a line that costs or is limited
metered-careful = Only texts and drills
metered-all = Receive everything
seen-title = What your teacher can see
seen-yes = Your teacher sees
seen-no = Your teacher does not see
seen-answers = your answers in drills, and whether they are right
seen-times = when and how long you studied
seen-opened = how many of the class opened a lesson
seen-paper = what you wrote under "Study on paper"
unseen-notes = what you write in your notes
unseen-elsewhere = what you do in other programs or sites
terminal-title = This terminal
terminal-pupil = { $class }, number { $number }
terminal-add-pupil = Add another pupil

problem-other = That did not work.
problem-no-space = This terminal has too little free space.
problem-no-space-next = What you did is kept. Delete files you do not need, then try again.
problem-cap-reached = The room for lessons is full.
problem-cap-reached-next = Nothing is lost. You can raise it in the settings.
problem-not-saved = Only what you just did could not be saved.
problem-not-saved-next = All that came before is safe. Delete files you do not need and do it again.
problem-in-use = Hotaru is already open.
problem-in-use-next = Use the window that is open. Nothing is lost.
problem-damaged-blob = This material was damaged.
problem-damaged-blob-next = It comes again with the next connection. What you did is kept.
problem-no-blob = Not here yet.
problem-no-blob-next = It comes when there is a line.
problem-damaged = A file inside was damaged.
problem-damaged-next = Close the program and open it again. What can be mended is mended.
problem-keys-lost = This terminal's keys are missing.
problem-keys-lost-next = Show your teacher. What reached school is kept there.
problem-newer = This was made by a newer Hotaru.
problem-newer-next = Update the program. Nothing is lost.
problem-io = Files cannot be read or written.
problem-io-next = Restart the terminal. If that does not help, show your teacher.
problem-other-school = This terminal belongs to another school.
problem-other-school-next = Show your teacher.
problem-no-sample = The sample class was not found.
problem-no-sample-next = Join a class with its address and code.
problem-unreachable = The school cannot be reached.
problem-unreachable-next = Nothing is lost. It is tried again where there is a line.
problem-broken = The line broke off.
problem-broken-next = It goes on from where it was.
problem-stalled = The line is silent.
problem-stalled-next = It goes on from where it was.
problem-intercepted = Somebody in between opens the connection.
problem-intercepted-next = Nothing was sent. Ask your teacher about this network.
problem-captive-portal = This Wi-Fi wants you to sign in first.
problem-captive-portal-next = Open the Wi-Fi's page, sign in, then try again.
problem-proxy = This network blocks the way to the school.
problem-proxy-next = Show your teacher. Nothing is lost.
problem-truncated = It arrived cut short.
problem-truncated-next = It goes on from where it was.
problem-too-long = The school's answer was too long.
problem-too-long-next = It was not taken. Show your teacher.
problem-wrong-hash = Wrong bytes arrived.
problem-wrong-hash-next = They were thrown away and are fetched again.
problem-wrong-code = There is no class with that code.
problem-wrong-code-next = Look at the code again and enter it anew.
problem-not-let-in = This terminal may no longer come in.
problem-not-let-in-next = Show your teacher. What you did is kept on this terminal.
problem-superseded = An earlier copy of this terminal came back. It may no longer come in.
problem-superseded-next = Show your teacher: join again with a login card. What you did is kept, and goes to school then.
problem-insecure = That address is not safe.
problem-insecure-next = Ask your teacher for an address that begins with https://.
problem-bad-address = That address cannot be used.
problem-bad-address-next = Write it again from https:// on.
problem-busy = That was tried many times.
problem-busy-next = Wait a little, then try again.
problem-not-saved-full = Only what you just did could not be saved.
problem-not-saved-full-next = The disk is full. All that came before is safe. Delete files you do not need and do it again.
problem-mismatch = The school and this terminal did not understand each other.
problem-mismatch-next = Nothing is lost. It is mended with the next connection.
problem-no-such-pupil = That pupil is not on this terminal.
problem-no-such-pupil-next = Look in the settings.
problem-machine = This machine refuses something basic.
problem-machine-next = Restart the terminal. What you did is kept.
problem-forbidden = The school does not allow this.
problem-forbidden-next = Ask your teacher. Nothing is lost.
problem-refused = The school did not take it.
problem-refused-next = Show your teacher. What you did is kept on this terminal.
problem-school-full = The school's server is full.
problem-school-full-next = Tell your teacher. What you did is kept on this terminal.
problem-photos = Photos could not be sent.
problem-photos-next = They are kept and sent with the next connection.
problem-cancelled = Stopped.
problem-cancelled-next = Next time it goes on from here.
problem-not-joined = No class has been joined yet.
problem-not-joined-next = Enter the address and the code from your teacher.
problem-unsent = Some answers have not reached the school.
problem-unsent-next = Connect first, so that they are sent.
problem-not-sure = Nothing was erased.
problem-not-sure-next = Say once more that you want to erase.
problem-no-erasure = There is nothing to tell the school.
problem-no-erasure-next = This terminal was not erased, or the school knows.
problem-drill = This drill cannot be read.
problem-drill-next = Show your teacher.
problem-no-such-drill = There is no such drill.
problem-no-such-drill-next = Choose one on the drills page.
problem-no-such-item = There is no such question.
problem-no-such-item-next = Choose one on the drills page.
problem-bad-line = A line of the file cannot be read.
problem-bad-line-next = Correct it and try again.
problem-photo = That photo cannot be used.
problem-photo-next = Choose a JPEG or PNG photo. What you wrote is still here.
problem-file = That file cannot be read.
problem-file-next = Check its name and try again.
problem-locked = This study is locked.
problem-locked-next = Open it first.
problem-wrong-secret = That is not right.
problem-wrong-secret-next = Try again. If you have forgotten it, ask your teacher for a code over the telephone.
problem-slowed = That was wrong too often.
problem-slowed-next = Wait a little, then try again. Nothing is lost.
problem-sign-in-expired = This terminal was without the school for a long time and has locked itself.
problem-sign-in-expired-next = Nothing is lost. Connect it to the school, or ask your teacher for a code over the telephone.
problem-wrong-unlock-code = This code does not open.
problem-wrong-unlock-code-next = Tell your teacher the number on the screen and ask for its code.
problem-bad-unlock-code = A digit of the code seems to be wrong.
problem-bad-unlock-code-next = Ask your teacher to read it once more.
problem-weak-secret = That is too easy, or not of the right length.
problem-weak-secret-next = Choose another.
problem-keyring-closed = This computer's keyring is closed.
problem-keyring-closed-next = Sign in to the computer again, then open Hotaru. Nothing is lost.
problem-no-memory = There is not enough memory.
problem-no-memory-next = Close other programs and try again.

line-locked = What a locked study holds is sent, too, when there is a line.

sign-in-title = Open your study
sign-in-who = Who is it?
sign-in-do = Open
sign-in-waiting = Trying it.
sign-in-forgot = I forgot it
sign-in-slowed = Wait { $seconds ->
    [one] one more second
   *[other] { $seconds } more seconds
 }.
sign-in-slowed-text = That was wrong many times, so there is a short rest. Nothing is lost.

secret-pin = Press your digits.
secret-picture = Press your pictures in their order.
secret-passphrase = Passphrase
secret-typed = { $count ->
    [one] One digit entered
   *[other] { $count } digits entered
 }
secret-tapped = { $count ->
    [one] One picture chosen
   *[other] { $count } pictures chosen
 }
secret-show = Show
secret-hide = Hide

days-left = This locks in { $days ->
    [one] one day
   *[other] { $days } days
 }.
days-left-next = Connect at school, and it is good for { $all } days again.
days-over = Lock it now, and it does not open at once.
days-over-next = Connect at school first. Nothing is lost.

code-forgot = If you forgot it
code-over = This was without the school for a long time and has locked itself.
code-kept = What you did is not lost. All of it is behind the lock.
code-line = Press "Connect" at school, and it opens again.
code-call = Call your teacher and tell these three things.
code-class = Class
code-number = Your number
code-code = Number of the code
code-enter = Enter the 16 digits that your teacher reads out.
code-typed = { $count } of 16 digits entered
code-line-only = Press "Connect" at school, and it opens again. This terminal cannot be opened over the telephone.
code-none = This terminal cannot be opened over the telephone yet. Show it to your teacher.

lock-title = Lock
lock-why = With a lock, nobody else can see your answers and notes.
lock-none = There is no lock now.
lock-is-pin = A PIN opens it.
lock-is-picture = Pictures open it.
lock-is-passphrase = A passphrase opens it.
lock-set = Set a lock
lock-now = Lock it now
lock-change = Change the lock
lock-remove = Take the lock away
lock-remove-sure = Without it, whoever uses this terminal can look inside. Take it away?
lock-kind = Which lock?
lock-kind-pin = Digits
lock-kind-picture = Pictures
lock-kind-passphrase = Passphrase
lock-rule-pin = 4 to 12 digits. Not your birthday.
lock-rule-picture = 4 to 8 pictures, in their order.
lock-rule-passphrase = 8 to 128 characters. Several words are easy to remember.
lock-again = Do you remember it? Enter the same once more.
lock-next = Next
lock-choose = Take it
lock-cancel = Cancel
lock-differs = That was not the same.
lock-differs-next = Enter it from the beginning.
lock-working = Changing the lock.
lock-made = The lock is set.
lock-made-next = If you forget it, your teacher can read out a code over the telephone.
lock-removed = The lock is gone.
lock-removed-next = You can set one again at any time.
renew-title = A new lock
renew-text = From now on the new one opens your study.
renew-later = Choose later
weak-length = It has to have { $least } to { $most }.
weak-characters = There are characters in it that cannot be used. Choose another.
weak-common = It is the first that anybody tries. Choose another.

erase-open = Erase this terminal…
erase-title = Erase this terminal
erase-text = For handing a terminal back, or on to somebody else. All lessons and records on it are erased. What has reached school stays at school.
erase-who = Who uses this terminal
erase-all-sent = Everything that was done has reached school.
erase-unsent = { $count ->
    [one] One thing has
   *[other] { $count } things have
 } not reached school yet.
erase-locked = It is locked, so nobody knows. Connect, and it reaches school locked as it is.
erase-sync-first = Before you erase, connect and send everything to school.
erase-sync = Connect first
erase-sure = Really erase?
erase-loses = { $count ->
    [one] One thing
   *[other] { $count } things
 } will be lost.
erase-loses-next = The school does not have it yet, so it does not come back.
erase-hold = To erase, hold the red button for 3 seconds.
erase-do = Erase everything
erase-cancel = Do not erase
erasing-title = Erasing
erasing-text = Leave the terminal on and wait a little.
telling-title = It is erased. Telling the school
telling-text = Where there is no line, it can be told later.
not-erased-title = Not everything is erased yet.
not-erased-text = The keys are destroyed, so nothing can be read any more. Some files could not be removed.
not-erased-again = Erase again
erased-title = This terminal is erased.
erased-told = The school has received it.
erased-told-next = It can be handed back.
erased-untold = The school does not know yet.
erased-untold-next = Press "Tell the school" where there is a line. Until then the certificate is kept on this terminal.
erased-tell = Tell the school
erased-by-order = It was erased because the school asked for it.
erased-alone = There is nothing on it.
erased-alone-next = It had joined no school, so there is nobody to tell.
certificate-title = Certificate of erasure
certificate-number = Number: { $fact }
certificate-time = Erased: { $fact }
certificate-terminal = Terminal: { $fact }
certificate-id = Terminal's ID: { $fact }
certificate-school = School: { $fact }
certificate-unsent = Not at school: { $fact }
anew-title = For the next one
anew-text = It begins with nothing on it.
anew-do = Begin anew
