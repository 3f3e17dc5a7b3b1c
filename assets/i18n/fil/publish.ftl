# Sentences while materials are made. Teachers read them.

## Files
publish-file-unreadable = Hindi mabasa ang “{ $file }” ({ $cause }). Tingnan kung naroon ito at nabubuksan.
publish-file-folder = Folder ang “{ $file }”. Idagdag ang mga file na nasa loob nito.
publish-file-empty = 0 byte ang “{ $file }”. Kopyahin itong muli mula sa pinanggalingan.
publish-file-unknown = Hindi magagamit sa aralin ang uri ng “{ $file }”. Gumamit ng JPEG, PNG, PDF, MP4, Markdown, teksto, CSV o TSV.
publish-file-office = Dokumentong pang-opisina ang “{ $file }”. I-save ito bilang PDF at iyon ang idagdag.
publish-file-cancelled = Itinigil ang “{ $file }”. Idagdag itong muli kung kailangan.
publish-file-scratch = Walang espasyo para i-convert ang “{ $file }” ({ $cause }). Magbakante ng espasyo sa disk ng computer na ito.

## Photos
publish-photo-empty = 0 byte ang larawang “{ $file }”. Kopyahin itong muli mula sa kamera.
publish-photo-truncated = Putol ang larawang “{ $file }”. Kopyahin itong muli mula sa kamera.
publish-photo-broken = Hindi mabasa ang larawang “{ $file }” ({ $cause }). Kunan o i-save itong muli.
publish-photo-not-photo = Pangalang pang-larawan ang “{ $file }” pero hindi ito larawan. Tingnan kung tamang file ito.
publish-photo-heic = HEIC na larawan ang “{ $file }”. Sa iPhone o iPad, piliin ang Settings, Camera, Formats, Most Compatible, o mag-save ng kopya bilang JPEG at iyon ang idagdag.
publish-photo-form = { $form } ang uri ng larawang “{ $file }”. I-save ito bilang JPEG o PNG at iyon ang idagdag.
publish-photo-too-large = { $megabytes } MB ang larawang “{ $file }”, lampas sa 50. I-save ito nang mas maliit.
publish-photo-too-many-pixels = { $megapixels } megapixel ang larawang “{ $file }”; 64 ang pinakamarami. I-save ito nang mas maliit.

## Handouts
publish-handout-empty = 0 byte ang handout na “{ $file }”. I-save itong muli.
publish-handout-truncated = Putol ang PDF na “{ $file }”. I-save o kopyahin itong muli.
publish-handout-encrypted = May password ang PDF na “{ $file }”. I-save ito nang walang password.
publish-handout-broken = Hindi mabasa bilang PDF ang “{ $file }”. I-save itong muli bilang PDF.
publish-handout-too-large = { $megabytes } MB ang PDF na “{ $file }”, lampas sa 64 MiB. I-save ito nang mas maliit o hatiin sa dalawa.
publish-handout-too-many-pages = { $pages } pahina ang PDF na “{ $file }”, lampas sa 500. Hatiin ito.

## Recordings
publish-recording-empty = 0 byte ang recording na “{ $file }”. Kopyahin itong muli mula sa kamera.
publish-recording-not-video = Pangalang pang-bidyo ang “{ $file }” pero hindi ito bidyo. Tingnan kung tamang file ito.
publish-recording-truncated = Putol ang recording na “{ $file }”. Kopyahin itong muli mula sa kamera.
publish-recording-broken = Hindi mabasa ang recording na “{ $file }” ({ $cause }). I-save itong muli bilang MP4.
publish-recording-no-picture = Walang makikita sa recording na “{ $file }”. Mag-record nang bukas ang kamera.
publish-recording-too-large = { $megabytes } MB ang recording na “{ $file }”, lampas sa 4 GiB. Hatiin ito sa dalawa.
publish-recording-too-long = { $minutes } minuto ang recording na “{ $file }”, lampas sa 3 oras. Hatiin ito sa dalawa.
publish-recording-needs-ffmpeg = Hindi ma-play sa mga terminal ang recording na “{ $file }” ({ $form }), at wala sa computer na ito ang ffmpeg na magko-convert nito. I-install ang ffmpeg, o i-save ang recording bilang MP4 na may AV1 at Opus.
publish-recording-ffmpeg-lacks = Kailangang i-convert ang recording na “{ $file }”, pero hindi makagawa ng AV1 at Opus ang ffmpeg sa computer na ito. I-install ang ffmpeg 5 o mas bago na may libsvtav1 at libopus.
publish-recording-ffmpeg-failed = Hindi na-convert ang recording na “{ $file }” ({ $cause }). Tingnan kung nape-play ito sa computer na ito.

## Captions
publish-captions-broken = Hindi mabasa ang linya { $line } ng caption na “{ $captions }” ng “{ $file }”. Itama ito o alisin ang caption.
publish-captions-too-large = Lampas sa 1 MiB ang caption na “{ $captions }” ng “{ $file }”. Tingnan kung tamang file ito.
publish-captions-alone = Caption ang “{ $file }”. Ilagay ito sa tabi ng recording na may kaparehong pangalan, at ang recording ang idagdag.

## Texts
publish-text-empty = Walang nakasulat sa “{ $file }”. Magsulat at i-save ito.
publish-text-too-large = Lampas sa 1 MiB ang tekstong “{ $file }”. Hatiin ito.
publish-text-binary = Hindi teksto ang “{ $file }”. Tingnan kung tamang file ito.
publish-text-encoding = Hindi kilala ang encoding ng tekstong “{ $file }”. I-save ito bilang UTF-8.

## Drills
publish-drill-empty = Walang tanong ang pagsasanay na “{ $file }”. Magsulat ng isang tanong sa bawat row sa ilalim ng una.
publish-drill-too-large = Lampas sa 16 MiB ang pagsasanay na “{ $file }”. Hatiin ito.
publish-drill-too-many-items = { $items } ang tanong ng pagsasanay na “{ $file }”, lampas sa 10,000. Hatiin ito.
publish-drill-no-column = Walang column na { publish-column } sa unang row ng “{ $file }”. Isulat doon ang pangalan nito.
publish-drill-column-twice = May dalawang column na { publish-column } sa unang row ng “{ $file }”. Alisin ang isa.
publish-drill-rows = { $broken ->
    [one] { $broken } row ng pagsasanay na “{ $file }” ang kailangang itama. Itama at idagdag muli ang file.
   *[other] { $broken } row ng pagsasanay na “{ $file }” ang kailangang itama. Itama at idagdag muli ang file.
}
publish-drill-refused = Hindi magagamit ang pagsasanay na “{ $file }” ({ $cause }).

## Names of a drill’s columns (used in other sentences)
publish-column = { $column ->
    [id] “id” (numero ng tanong)
    [kind] “kind” (uri)
    [question] “question” (tanong)
    [choices] “choices” (mga pagpipilian)
    [answer] “answer” (sagot)
    [explanation] “explanation” (paliwanag)
    [skill] “skill” (kasanayan)
    [level] “level” (antas)
   *[other] “{ $column }”
}

## Rows of a drill
publish-row-open-quote = Row { $row }: may panipi (") na hindi naisara. Isara ito.
publish-row-too-many-cells = Row { $row }: { $found } cell, pero { $most } lang ang nasa unang row. Lagyan ng panipi (") ang cell na may panghiwalay sa loob.
publish-row-missing = Row { $row }: walang laman ang { publish-column }. Punan ito.
publish-row-too-long = Row { $row }: lampas sa 4,000 karakter ang { publish-column }. Paikliin ito.
publish-row-bad-id = Row { $row }: hanggang 64 byte lang ang id. Paikliin ito.
publish-row-id-twice = Row { $row }: nasa row { $earlier } na rin ang id na “{ $id }”. Palitan ang isa.
publish-row-bad-kind = Row { $row }: walang uri na “{ $kind }”. Isulat ang choice (isang sagot), choices (ilang sagot), text (pasulat), number (bilang) o order (pagsusunod-sunod).
publish-row-bad-level = Row { $row }: walang antas na “{ $level }”. Isulat ang 1 hanggang 5.
publish-row-choice-count = Row { $row }: { $found } ang pagpipilian. Sumulat ng 2 hanggang 50 na may “|” sa pagitan.
publish-row-bad-choice = Row { $row }: walang laman o naulit ang pagpipilian { $place }. Itama ito.
publish-row-not-a-choice = Row { $row }: wala sa mga pagpipilian ang sagot na “{ $answer }”. Isulat ito nang katulad ng naroon.
publish-row-one-answer = Row { $row }: { $found } ang sagot pero isa lang ang hinihingi. Isa lang ang isulat, o gawing choices ang uri.
publish-row-not-an-order = Row { $row }: dapat tig-isang beses lumabas sa sagot ang bawat pagpipilian. Isulat ang tamang pagkakasunod na may “|” sa pagitan.
publish-row-not-a-number = Row { $row }: hindi bilang ang sagot na “{ $answer }”. Bilang lang ang isulat, o gawing text ang uri.

## Links
publish-link-missing = Walang address ang “{ $file }”. Gawin muli ang link, o i-type ang address.
publish-link-bad = Hindi magagamit ang address na “{ $url }” ng “{ $file }”. Nagsisimula ang address sa https:// o http://.

## Lessons
publish-lesson-no-materials = Walang materyal ang aralin. Magdagdag ng kahit isang file, teksto o link.
publish-lesson-too-many-materials = { $materials } ang materyal ng aralin, lampas sa 200. Hatiin ito sa dalawa.
publish-lesson-no-title = Walang pamagat ang aralin. Sumulat ng pamagat.
publish-lesson-bad-label = Lampas sa 200 karakter o may karakter na hindi maipakita ang { $field ->
    [title] pamagat
    [unit] yunit
   *[source] pinagkunan
} ng aralin. Itama ito.
publish-lesson-bad-period = Walang period { $period }. Pumili mula 1 hanggang 12.
publish-lesson-expires-early = Matatapos ang aralin sa { $expires }, bago ang araw nito na { $day }. Pumili ng mas huling araw.
publish-lesson-too-many-revisions = Masyadong maraming beses nang binago ang aralin. Ibigay ito bilang bagong aralin.
publish-lesson-refused = Hindi maibigay ang aralin ({ $cause }).
publish-lesson-random = Hindi magawan ng id ang aralin ({ $cause }). I-restart ang computer na ito.

## Notices
publish-note-photo-scaled = Pinaliit ang larawan: { $width } × { $height }.
publish-note-photo-turned = Itinayo nang tama ang larawan.
publish-note-text-encoding = Binasa ang teksto bilang { $encoding }.
publish-note-recording-converted = Na-convert ang recording para sa mga terminal.
publish-note-recording-no-captions = Walang caption ang recording. Para magkaroon, maglagay sa tabi nito ng .vtt file na may kaparehong pangalan.
publish-note-recording-no-sound = Walang tunog ang recording.
