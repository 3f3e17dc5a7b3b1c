# Sentences while materials are made. Teachers read them.

## Files
publish-file-unreadable = “{ $file }” cannot be read ({ $cause }). Check that it is there and opens.
publish-file-folder = “{ $file }” is a folder. Add the files in it.
publish-file-empty = “{ $file }” has 0 bytes. Copy it again from where it was made.
publish-file-unknown = “{ $file }” is of no form that a lesson can have. Use JPEG, PNG, PDF, MP4, Markdown, text, CSV or TSV.
publish-file-office = “{ $file }” is an office document. Save it as PDF and add that.
publish-file-cancelled = “{ $file }” was stopped. Add it again when you want it.
publish-file-scratch = There is no room to convert “{ $file }” ({ $cause }). Free some of this computer’s disk.

## Photos
publish-photo-empty = The photo “{ $file }” has 0 bytes. Copy it from the camera again.
publish-photo-truncated = The photo “{ $file }” ends too early. Copy it from the camera again.
publish-photo-broken = The photo “{ $file }” cannot be read ({ $cause }). Take or save it again.
publish-photo-not-photo = “{ $file }” is named a photo but is none. Check which file was meant.
publish-photo-heic = “{ $file }” is a HEIC photo. On the iPhone or iPad choose Settings, Camera, Formats, Most Compatible, or save a copy as JPEG, and add that.
publish-photo-form = “{ $file }” is a { $form } picture. Save it as JPEG or PNG and add that.
publish-photo-too-large = The photo “{ $file }” has { $megabytes } MB, more than 50. Save it smaller.
publish-photo-too-many-pixels = The photo “{ $file }” has { $megapixels } megapixels; 64 are the most. Save it smaller.

## Handouts
publish-handout-empty = The handout “{ $file }” has 0 bytes. Save it again.
publish-handout-truncated = The PDF “{ $file }” ends too early. Save or copy it again.
publish-handout-encrypted = The PDF “{ $file }” has a password. Save it without one.
publish-handout-broken = “{ $file }” is no PDF that can be read. Save it as PDF again.
publish-handout-too-large = The PDF “{ $file }” has { $megabytes } MB, more than 64 MiB. Save it smaller or in two.
publish-handout-too-many-pages = The PDF “{ $file }” has { $pages } pages, more than 500. Split it.

## Recordings
publish-recording-empty = The recording “{ $file }” has 0 bytes. Copy it from the camera again.
publish-recording-not-video = “{ $file }” is named a video but is none. Check which file was meant.
publish-recording-truncated = The recording “{ $file }” ends too early. Copy it from the camera again.
publish-recording-broken = The recording “{ $file }” cannot be read ({ $cause }). Save it again as MP4.
publish-recording-no-picture = The recording “{ $file }” has no picture. Record with the camera on.
publish-recording-too-large = The recording “{ $file }” has { $megabytes } MB, more than 4 GiB. Cut it in two.
publish-recording-too-long = The recording “{ $file }” has { $minutes } minutes, more than 3 hours. Cut it in two.
publish-recording-needs-ffmpeg = Terminals cannot play the recording “{ $file }” ({ $form }), and ffmpeg, which converts it, is not on this computer. Install ffmpeg, or save the recording as MP4 with AV1 and Opus.
publish-recording-ffmpeg-lacks = The recording “{ $file }” must be converted, and the ffmpeg on this computer cannot write AV1 and Opus. Install ffmpeg 5 or newer with libsvtav1 and libopus.
publish-recording-ffmpeg-failed = The recording “{ $file }” could not be converted ({ $cause }). Check that it plays on this computer.

## Captions
publish-captions-broken = Line { $line } of the captions “{ $captions }” of “{ $file }” cannot be read. Correct it or take the captions away.
publish-captions-too-large = The captions “{ $captions }” of “{ $file }” have more than 1 MiB. Check which file was meant.
publish-captions-alone = “{ $file }” is captions. Put it beside the recording under the same name and add the recording.

## Texts
publish-text-empty = “{ $file }” has no words. Write something and save it.
publish-text-too-large = The text “{ $file }” has more than 1 MiB. Split it.
publish-text-binary = “{ $file }” is no text. Check which file was meant.
publish-text-encoding = The text “{ $file }” is in an unknown encoding. Save it as UTF-8.

## Drills
publish-drill-empty = The drill “{ $file }” has no questions. Write one in each row below the first.
publish-drill-too-large = The drill “{ $file }” has more than 16 MiB. Split it.
publish-drill-too-many-items = The drill “{ $file }” has { $items } questions, more than 10,000. Split it.
publish-drill-no-column = The first row of “{ $file }” has no column “{ publish-column }”. Name it there.
publish-drill-column-twice = The first row of “{ $file }” has two columns “{ publish-column }”. Take one away.
publish-drill-rows = { $broken ->
    [one] One row of the drill “{ $file }” needs correcting. Correct it and add the file again.
   *[other] { $broken } rows of the drill “{ $file }” need correcting. Correct them and add the file again.
}
publish-drill-refused = The drill “{ $file }” cannot be used ({ $cause }).

## Names of a drill’s columns (used in other sentences)
publish-column = { $column ->
    [id] id
    [kind] kind
    [question] question
    [choices] choices
    [answer] answer
    [explanation] explanation
    [skill] skill
    [level] level
   *[other] { $column }
}

## Rows of a drill
publish-row-open-quote = Row { $row }: a quotation mark (") is not closed. Close it.
publish-row-too-many-cells = Row { $row }: { $found } cells where the first row has { $most }. Put quotation marks (") around a cell with the separator in it.
publish-row-missing = Row { $row }: “{ publish-column }” is empty. Fill it.
publish-row-too-long = Row { $row }: “{ publish-column }” has more than 4,000 characters. Shorten it.
publish-row-bad-id = Row { $row }: an id has 64 bytes or fewer. Shorten it.
publish-row-id-twice = Row { $row }: the id “{ $id }” stands in row { $earlier } too. Change one.
publish-row-bad-kind = Row { $row }: “{ $kind }” is no kind. Write choice, choices, text, number or order.
publish-row-bad-level = Row { $row }: “{ $level }” is no level. Write 1 to 5.
publish-row-choice-count = Row { $row }: the number of choices is { $found }. Write 2 to 50 with “|” between them.
publish-row-bad-choice = Row { $row }: choice { $place } is empty or stands there twice. Correct it.
publish-row-not-a-choice = Row { $row }: the answer “{ $answer }” is none of the choices. Write it as it stands there.
publish-row-one-answer = Row { $row }: { $found } answers where one is asked for. Write one, or choices as the kind.
publish-row-not-an-order = Row { $row }: the answer does not name each choice once. Write them in order with “|” between them.
publish-row-not-a-number = Row { $row }: the answer “{ $answer }” is no number. Write only the number, or text as the kind.

## Links
publish-link-missing = “{ $file }” holds no address. Make the link again, or type the address.
publish-link-bad = The address “{ $url }” of “{ $file }” cannot be used. An address begins with https:// or http://.

## Lessons
publish-lesson-no-materials = The lesson has no material. Add at least one file, text or link.
publish-lesson-too-many-materials = The lesson has { $materials } materials, more than 200. Split it in two.
publish-lesson-no-title = The lesson has no title. Write one.
publish-lesson-bad-label = The lesson’s { $field ->
    [title] title
    [unit] unit
   *[source] source
} is longer than 200 characters or has characters that cannot be shown. Correct it.
publish-lesson-bad-period = There is no period { $period }. Choose 1 to 12.
publish-lesson-expires-early = The lesson expires on { $expires }, before its day { $day }. Choose a later day.
publish-lesson-too-many-revisions = The lesson was revised too often. Publish it as a new lesson.
publish-lesson-refused = The lesson cannot be published ({ $cause }).
publish-lesson-random = No id can be made for the lesson ({ $cause }). Start this computer again.

## Notices
publish-note-photo-scaled = The photo was made smaller: { $width } × { $height }.
publish-note-photo-turned = The photo was turned upright.
publish-note-text-encoding = The text was read as { $encoding }.
publish-note-recording-converted = The recording was converted for the terminals.
publish-note-recording-no-captions = The recording has no captions. A .vtt file of the same name beside it would add them.
publish-note-recording-no-sound = The recording has no sound.
