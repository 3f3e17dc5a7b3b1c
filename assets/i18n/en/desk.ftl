# Words of the teacher's screens. Short: what happened, what to do next.

desk-place-push = Give
desk-place-progress = Progress
desk-place-roster = Roster
desk-place-settings = Settings

desk-back = Back
desk-cancel = Cancel
desk-opening = Opening
desk-asking = Asking the school
desk-as-of = As of { $time } (F5 to refresh)
desk-as-of-coming = As of { $time }, refreshing
desk-size-kb = { $number } KB
desk-size-mb = { $number } MB
desk-moment = { $day } { $time }
desk-period = Period { $number }
pupil-number = No. { $number }
said-look = See where it is

## First start
desk-welcome-title = Hotaru, the teacher's desk
desk-welcome-text = Give board photos, handouts, recordings and drills, also to children without a line at home.
sign-in-title = Sign in
sign-in-text = With the name that the school gave you, and the passphrase that you chose.
sign-in-new = The account is ready. Enter your name, wait for the next six digits, and sign in with them. The same six digits count once.
sign-in-cloud = School's address
sign-in-cloud-hint = https://hotaru.example.jp
sign-in-name = Name
sign-in-passphrase = Passphrase
sign-in-code = Code
sign-in-code-how = Enter the six digits of the authenticator app. Without the app, use one of the recovery codes that you wrote down. This computer is asked once a day only.
sign-in-do = Sign in
sign-in-waiting = Asking the school
sign-in-oidc = With the school's account ({ $name })
oidc-waiting = Sign in in the browser.
oidc-waiting-next = Use your school's account on the page that has opened. This window goes on by itself after that.
oidc-again = Open the browser again
oidc-page = You can close this window.
sign-in-way-name = With name and passphrase
sign-in-way-setup = First time (I have a setup code)
sign-in-way-token = Other ways
sign-in-token-title = Connect to the school by a token
sign-in-token-text = Enter the address and the teacher's token from whoever runs the school's server. Both are saved in your folder on this computer.
sign-in-token = Teacher's token
sign-in-connect = Connect
session-over = The time of this sign-in is over.
session-over-next = Sign in again and go on where you were. What you were writing and the lessons that wait to be sent are all still here.
setup-title = First time
setup-text = With the setup code from the school's administrator you choose your own passphrase.
setup-code = Setup code
setup-rule = A passphrase has 12 characters or more, or four words or more with spaces between. None that everybody tries first, and not your own name. It needs no signs and no capitals.
setup-passphrase = New passphrase
setup-again = The same passphrase again
setup-differs = It is not the passphrase above.
setup-do = Next
setup-app = 1  Put it into the authenticator
setup-app-how = Read this QR code with the authenticator app of a telephone or the like.
setup-qr = QR code for the authenticator app
setup-secret = Where it cannot be read, type this into the app.
setup-recovery = 2  Write the recovery codes down
setup-recovery-once = They are shown this once.
setup-recovery-how = Write them on paper and keep it where nobody sees it. When the app is lost, each of them stands in for a code once.
setup-first = 3  Try it
setup-first-how = Enter the six digits that the app shows.
setup-confirm = Try it

## Give
push-do = Give
push-replace-title = Revise and give again
push-summary = { $classes }  { $day}  "{ $title }", { $count ->
    [one] one material
   *[other] { $count } materials
} (Ctrl+Enter gives, too)
push-lacks-files = Add a file, then it can be given.
push-lacks-work = The materials are being prepared; then it can be given.
push-lacks-class = Choose a class.
push-lacks-subject = Choose the subject.
push-lacks-title = Write a title.
push-without-refused = { $count ->
    [one] The one that cannot be used is
   *[other] The { $count } that cannot be used are
} left out.
push-no-school = The list of classes has not come yet: { $reason }
push-toast = "{ $title }" is about to be given
push-undone = It was not given.
push-undone-next = Nothing was sent. All of it is still here.
push-arrived = "{ $title }" is at school.
push-arrived-next = Each terminal takes it home the next time it is connected at school.

drop-here = Drop files here
drop-now = Let go to add them
drop-kinds = Photos (JPEG, PNG), handouts (PDF), recordings (video), texts (Markdown, plain), drills (CSV, TSV)
drop-pick = Choose files

form-classes = Class
form-no-classes = There is no list of classes yet.
form-subject = Subject
form-subject-other = Other
form-subject-name = The subject's name
form-title = Title
form-title-hint = Such as: how levers work
form-day = Day of the lesson
form-day-today = { $day }, today
form-day-before = Day before
form-day-after = Day after
form-period = Period
form-period-none = None
form-more = More (unit, source, link)
form-unit = Unit
form-source = Source
form-source-hint = My own, or the book and its page
form-link = Link (needs the internet)
form-link-hint = https://
form-link-add = Add the link
form-clear = Start over

file-waiting = Waits for its turn
file-reading = Reading
file-reading-percent = Reading { $percent }%
file-converting = Converting for the terminals
file-converting-percent = Converting for the terminals { $percent }%
file-cutting = Cutting into parts
file-cutting-percent = Cutting into parts { $percent }%
file-at-school = at school
file-up = Move "{ $name }" up
file-down = Move "{ $name }" down
file-remove = Remove "{ $name }"
file-stop = Stop "{ $name }"
file-more-rows = And { $count ->
    [one] one more row
   *[other] { $count } more rows
}.

kind-text = Text
kind-board = Board
kind-handout = Handout
kind-recording = Recording
kind-drill = Drill
kind-link = Link
kind-unknown = Material
amount-pages = { $count ->
    [one] one page
   *[other] { $count } pages
}
amount-items = { $count ->
    [one] one question
   *[other] { $count } questions
}
amount-minutes = { $count } min

job-held = "{ $title }" is sent in a moment.
job-waiting = "{ $title }" is sent next.
job-failed = "{ $title }" has not reached the school yet.
job-failed-kept = It is kept on this computer and goes by itself once there is a line.
job-refused = The school could not take "{ $title }".
job-damaged = A lesson that was to be sent is damaged on this computer.
job-damaged-next = Throw it away and give it again.
job-again = Send again
job-discard = Throw away
job-discard-ask = Throw "{ $name }" away?
job-discard-ask-next = It is not sent to the school. Your files stay as they are.
job-discard-ask-do = Throw away

## The one line at the bottom
line-sending = Sending "{ $title }" ({ $done } of { $all })
line-refused = { $count ->
    [one] One lesson has
   *[other] { $count } lessons have
} not reached the school. Look under Give.
line-failed = { $count ->
    [one] One lesson has
   *[other] { $count } lessons have
} not arrived yet: { $reason } It goes by itself once there is a line.
line-held = { $count ->
    [one] One lesson is
   *[other] { $count } lessons are
} sent in a moment.
line-school-failed = { $reason } What is shown was seen earlier.
line-all-sent = { $school }: all that was given is at school.
line-asking = Asking the school.
line-send-now = Send now

## Progress
lessons-none = Nothing was given yet.
lessons-none-next = What you give is listed here, newest first.
lessons-none-do = Give
lesson-materials = { $count ->
    [one] one material
   *[other] { $count } materials
} ({ $size })
lesson-revision = { $count ->
    [one] revised once
   *[other] revised { $count } times
}
lesson-pushed = given { $at }
lesson-goes-out = goes out { $at }
lesson-replace = Revise
lesson-withdraw = Withdraw
lesson-withdraw-ask = Withdraw "{ $name }"?
lesson-withdraw-ask-next = It leaves the children's terminals the next time they are connected. Their answers stay.
lesson-withdraw-ask-do = Withdraw
withdrawn = It is withdrawn.
withdrawn-next = It leaves the terminals the next time they are connected.

receipts-title = Where it is
receipts-none = There are no terminals yet.
receipts-none-next = Once children join with the code in the roster, they are shown here.
receipts-here = On the terminal: { $count }
receipts-not-yet = Terminal has not been connected yet: { $count }
receipts-no-space = Not enough room: { $count }
receipts-without-terminal = No terminal yet: { $count }
receipts-opened = Opened by { $opened } of { $pupils }
receipts-each = Each terminal
receipts-each-close = Close the list
receipt-here = On the terminal
receipt-not-yet = The terminal has not been connected yet
receipt-no-space = Not enough room ({ $size } missing)

answers-title = Answers by question
answers-no-drill = This lesson has no drill.
answers-none = No answer has arrived yet.
answers-none-next = Answers arrive when terminals are connected at school.
answers-in-order = In order
answers-hardest-first = Hardest first
answers-item = Question { $number }: { $answered } answered, { $correct } right
answers-right = Right
answers-count = { $count }
answers-others = Other answers: { $count }
answers-dont-know = Asked for the explanation: { $count }
answers-more = { $count } more
answers-rest = Questions without an answer yet: { $count }

## Roster
roster-code = The code for { $class }
roster-address = Address: { $cloud }
roster-code-how = On the terminal choose "Join a class" and enter address, code and number.
roster-code-until = It counts until { $at }.
roster-no-code = No code counts at the moment.
roster-no-code-next = Make a new code when a child or a terminal is to come in.
roster-renew = Make a new code
roster-renew-ask = Make a new code for { $name }?
roster-renew-ask-next = The code of now counts no more. Terminals that are in stay in.
roster-renew-ask-do = Make it
roster-close = Close the code
roster-close-ask = Close the code of { $name }?
roster-close-ask-next = Nobody comes in with this code any more. Terminals that are in stay in.
roster-close-ask-do = Close it
code-renewed = There is a new code.
code-renewed-next = It counts for 14 days. The one before counts no more.
code-closed = The code is closed.
code-closed-next = A new one can be made at any time.
roster-pupils = { $count ->
    [one] One pupil
   *[other] { $count } pupils
}
roster-pupils-how = A number opens that pupil's record. Do it only while nothing is projected.
roster-no-pupils = Nobody has joined yet.
roster-no-pupils-next = Once children join with the code above, their numbers are shown here.
roster-terminals = Terminals
roster-no-terminals = There are no terminals yet.
roster-terminal-times = Joined { $joined }, last connected { $seen }
roster-undo = Undo the join
roster-undo-ask = Undo the join of { $name }?
roster-undo-ask-next = This terminal can no longer reach the school. Answers that arrived stay. Use it where a wrong number was entered.
roster-undo-ask-do = Undo
card-title = Login cards
card-name = { $class }, number { $number }
card-how = On the new terminal choose “Join a class”, and enter this code or read the QR code. What was done before comes back, too.
card-secret = This is as good as a password. Show it to nobody, and tell your teacher if it is lost.
roster-cards = Login cards
roster-cards-how = A pupil who lost a terminal gets her study back on a spare one with this paper. Cards that were made before count no more.
roster-cards-make = Make everybody's card
roster-cards-ask = Make cards for { $name }?
roster-cards-ask-next = Cards that were given out before count no more. A page with the new ones opens: print it and hand them out.
roster-cards-ask-do = Make cards
roster-cards-some = { $count } pupils have a card
cards-made = The login cards are made.
cards-made-next = Print the page that opened, then delete the file: { $file }
roster-waits = Bring what { $name } did before to the terminal “{ $terminal }”?
roster-waits-next = It was joined with a code and a number alone. If it is hers, bring it back.
roster-agree = Bring it back
agreed = What was done before comes back.
agreed-next = It arrives when the terminal is next on the line.
pupil-card-make = Make a login card
pupil-card-revoke = Let the login card count no more
pupil-unlock = When a pupil telephones because her study is locked
pupil-unlock-how = Ask for the number on the terminal's screen and read the 16 digits out slowly. Make sure first that it is her.
pupil-unlock-number = Number on the screen
pupil-unlock-show = Show the code
pupil-unlock-once = This code opens once.
card-revoked = The login card counts no more.
card-revoked-next = A new one can be made at any time.
join-undone = The join is undone.
join-undone-next = The right number can join now.

## One pupil
pupil-private = This is one pupil's record.
pupil-private-text = Make sure that it is not on a projector or a large screen. The pupil sees the same.
pupil-name = { $class }, no. { $number }
pupil-empty = The record begins soon.
pupil-empty-next = What was done arrives when the terminal is connected at school.
pupil-days = Days of study
pupil-day-minutes = { $count } min
pupil-day-answers = { $count ->
    [one] one answer
   *[other] { $count } answers
}, { $correct } right
pupil-day-paper = { $count } min on paper
pupil-lessons = Lessons
pupil-watched = watched { $count } min
pupil-answers = Answers, newest first
pupil-more = More
verdict-right = { $response }  right
verdict-form = { $response }  right value, other form
verdict-not-right = { $response }  not right
verdict-asked = Asked for the explanation
verdict-open = { $response }  not graded yet

## Settings
settings-looks = Looks
settings-text-size = Size of text
desk-appearance = Brightness
desk-appearance-system = Automatic
desk-appearance-light = Light
desk-appearance-dark = Dark
desk-language = Language
settings-school = School
settings-who = Who is signed in
settings-by-token = Signed in by a printed token.
settings-until = Until { $at }; two hours without use end it sooner
settings-school-text = The token that lets you in is in your own folder on this computer; nobody else can read it.
role-teacher = Teacher of { $class }
role-subject-teacher = { $subject } in { $class }
role-support = Support of one pupil
role-guardian = Guardian
role-principal = Principal
role-school-admin = School administration
role-city-admin = City administration
sign-out = Sign out
sign-out-ask = Sign { $name } out?
sign-out-ask-next = What is being written and the lessons that wait stay on this computer. Those that wait are sent after the next sign-in.
sign-out-ask-do = Sign out
sign-out-token-ask = Remove the token from this computer?
sign-out-token-ask-next = To come in again the printed token is needed. What is being written and the lessons that wait stay.
sign-out-token-ask-do = Remove the token

## Where it does not work
problem-other = It did not work.
problem-address = The school's address is not right.
problem-address-next = Write the address that begins with https:// again.
problem-plain-http = What goes to this address can be read on the way.
problem-plain-http-next = Use an address that begins with https://, or ask whoever runs the school's server.
problem-token = The teacher's token is not right.
problem-token-next = Enter the token from whoever runs the server again, from its beginning to its end.
problem-session-over = The time of this sign-in is over.
problem-session-over-next = Nothing is lost. Sign in again.
problem-wrong-sign-in = Name, passphrase or code are not right.
problem-wrong-sign-in-next = Look at them once more. If you cannot recall them, ask the school's administrator for a new setup code.
problem-oidc-unknown = The school does not know this account.
problem-oidc-unknown-next = Ask the school's administrator to enter it.
problem-oidc-failed = The sign-in came to nothing.
problem-oidc-failed-next = It took too long, or something changed on the way. Begin it once more.
problem-oidc-provider = The school does not reach the account's service.
problem-oidc-provider-next = Try again a little later, or sign in with name and passphrase.
problem-oidc-declined = The account's service let nobody in.
problem-oidc-declined-next = Try again, or sign in with name and passphrase.
problem-oidc-late = Nobody came back from the browser within ten minutes.
problem-oidc-late-next = Begin the sign-in once more.
problem-oidc-none = The school has no such sign-in.
problem-oidc-none-next = Sign in with name and passphrase.
problem-code-needed = A code is needed.
problem-code-needed-next = Enter the six digits of the authenticator app or a recovery code.
problem-wrong-code = This is not the code of this moment.
problem-wrong-code-next = Wait for the next six digits and enter them. Look also whether the app's clock is right.
problem-wrong-setup = This setup code does not count.
problem-wrong-setup-next = Look at it once more. After 7 days, or where it was used, ask the school's administrator for a new one.
problem-weak-passphrase = This passphrase is too easily guessed.
problem-weak-passphrase-next = Take 12 characters or more, or four words or more; none that everybody tries first, no character over and over, not your own name.
problem-too-many-tries = The school takes no more tries for now.
problem-too-many-tries-next = Wait a minute, then try again. Nothing is lost.
problem-certificates = The school's certificate cannot be used.
problem-certificates-next = Nothing was sent. Ask whoever runs the school's server.
problem-unreachable = The school cannot be reached.
problem-unreachable-next = Nothing is lost. Check the cable or the Wi-Fi.
problem-line-broke = The line broke off.
problem-line-broke-next = Nothing is lost. It goes on where it stopped.
problem-stalled = The line stands still.
problem-stalled-next = Nothing is lost. It goes on where it stopped.
problem-intercepted = Another machine is in between.
problem-intercepted-next = Nothing was sent. Ask whoever runs this network to let Hotaru through.
problem-captive-portal = The Wi-Fi wants somebody to sign in.
problem-captive-portal-next = Nothing was sent. Sign in to the Wi-Fi in a browser, then try again.
problem-proxy = This network's proxy does not let it through.
problem-proxy-next = Nothing was sent. Ask whoever runs this network.
problem-answer = The school's answer cannot be read.
problem-answer-next = Bring the school's Hotaru and this one to the same version.
problem-forbidden = This teacher may not do that.
problem-forbidden-next = Choose your own classes only.
problem-no-lesson = That lesson is not there.
problem-no-lesson-next = Refresh the list with F5.
problem-not-newest = Somebody revised it first.
problem-not-newest-next = Open the newest under Progress and revise that.
problem-school-full = The school's server is full.
problem-school-full-next = It is kept on this computer. Ask whoever runs the server for room.
problem-school-busy = The school's server is busy.
problem-school-busy-next = It is kept on this computer and goes by itself in a while.
problem-not-taken = The school could not take it.
problem-not-taken-next = It is kept on this computer. Look under Give and send it again or throw it away.
problem-other-cloud = That lesson is for another school.
problem-other-cloud-next = Connect to that school to send it.
problem-other-teacher = Another teacher made that lesson.
problem-other-teacher-next = It is sent once she signs in.
problem-stopped = It was stopped.
problem-stopped-next = Nothing was changed.
problem-waiting = Some lessons have not arrived yet.
problem-waiting-next = They are kept on this computer and go by themselves once there is a line.
problem-file-changed = A file changed while it was added.
problem-file-changed-next = Add it again once it is written.
problem-disk = This computer's disk refuses.
problem-disk-next = Nothing was sent. Make room on the disk and try again.
problem-draft = It cannot be given like this.
problem-draft-next = Fill in what is missing.
problem-files = Some files cannot be used.
problem-files-next = Remove or mend them.
problem-no-recipient = Nobody would receive it.
problem-no-recipient-next = Choose a class.
problem-no-account = No school is connected yet.
problem-no-account-next = Sign in with name and passphrase.
problem-no-class = There is no such class.
problem-no-class-next = Look up the class's name in the roster.
problem-no-pupil = Nobody has that number yet.
problem-no-pupil-next = Look up the number in the roster.
problem-package = The sample school's files cannot be used.
problem-package-next = Check the files.
problem-too-late = It is at school already.
problem-too-late-next = It can be withdrawn under Progress.
problem-machine = This computer refuses something basic.
problem-machine-next = Nothing is lost. Start the computer again.

## All terminals
terminals-title = The school's terminals
terminals-how = Before a return, check of each that nothing is unsent and that there is proof of its erasure.
terminals-in-use = In use ({ $count })
terminals-ordered = To be erased ({ $count })
terminals-gone = Erased or revoked ({ $count })
terminals-none = There is no terminal here.
terminals-holder = { $class } no. { $number }
terminals-id = Terminal number: { $id }
terminals-unsent-unknown = Whether anything is unsent is not known yet. It is once it connects.
terminals-unsent-none = Not at school yet: 0 (as it said { $at })
terminals-unsent = Not at school yet: { $events } answers and notes, { $photos } photos, { $locked } locked pupils (as it said { $at })
terminals-to-be = It will be erased once everything has reached school.
terminals-to-be-at-once = It will be erased with its next contact.
terminals-erased = Erased { $at }. Its certificate is here.
terminals-revoked = Its keys at the school are revoked.
terminals-filed = Lessor's certificate: { $name } ({ $at })
terminals-erase = Order erasure
terminals-erase-ask = Order { $name } to be erased?
terminals-erase-ask-next = It first sends everything that has not reached school, then erases itself and sends its certificate.
terminals-erase-ask-do = Order it
terminals-at-once = Erase at once
terminals-at-once-ask = Erase { $name } at once?
terminals-at-once-ask-next = For a terminal that is lost or stolen. With its next contact, answers that have not reached school are erased, too.
terminals-at-once-ask-do = Erase at once
terminals-withdraw = Take it back
terminals-file = File the lessor's certificate
erase-ordered = The erasure is ordered.
erase-ordered-next = The terminal hears of it with its next contact.
erase-withdrawn = The erasure is taken back.
erase-withdrawn-next = If the terminal had heard of it, it hears of this with its next contact.
certificate-filed = The certificate is filed.
certificate-filed-next = It is kept beside the terminal's own.
roster-all-terminals = All terminals (return and erasure)
