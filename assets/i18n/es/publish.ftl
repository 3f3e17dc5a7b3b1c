# Sentences while materials are made. Teachers read them.

## Files
publish-file-unreadable = No se puede leer “{ $file }” ({ $cause }). Revise que el archivo exista y se abra.
publish-file-folder = “{ $file }” es una carpeta. Agregue los archivos que contiene.
publish-file-empty = “{ $file }” tiene 0 bytes. Cópielo de nuevo desde su origen.
publish-file-unknown = “{ $file }” tiene un formato que no sirve para una clase. Use JPEG, PNG, PDF, MP4, Markdown, texto, CSV o TSV.
publish-file-office = “{ $file }” es un documento de oficina. Guárdelo como PDF y agregue el PDF.
publish-file-cancelled = Se canceló “{ $file }”. Agréguelo de nuevo cuando lo necesite.
publish-file-scratch = No hay espacio para convertir “{ $file }” ({ $cause }). Libere espacio en el disco de esta computadora.

## Photos
publish-photo-empty = La foto “{ $file }” tiene 0 bytes. Cópiela de nuevo desde la cámara.
publish-photo-truncated = La foto “{ $file }” está cortada. Cópiela de nuevo desde la cámara.
publish-photo-broken = No se puede leer la foto “{ $file }” ({ $cause }). Tómela o guárdela de nuevo.
publish-photo-not-photo = “{ $file }” tiene nombre de foto, pero no es una foto. Revise el archivo.
publish-photo-heic = “{ $file }” es una foto HEIC. En el iPhone o iPad elija Configuración, Cámara, Formatos, Más compatible y tómela de nuevo; o guarde una copia en JPEG y agréguela.
publish-photo-form = “{ $file }” es una imagen { $form }. Guárdela como JPEG o PNG y agréguela.
publish-photo-too-large = La foto “{ $file }” tiene { $megabytes } MB, más de 50. Guárdela más pequeña.
publish-photo-too-many-pixels = La foto “{ $file }” tiene { $megapixels } megapíxeles; el máximo es 64. Guárdela más pequeña.

## Handouts
publish-handout-empty = La ficha “{ $file }” tiene 0 bytes. Guárdela de nuevo.
publish-handout-truncated = El PDF “{ $file }” está cortado. Guárdelo o cópielo de nuevo.
publish-handout-encrypted = El PDF “{ $file }” tiene contraseña. Guárdelo sin contraseña.
publish-handout-broken = “{ $file }” no se puede leer como PDF. Guárdelo de nuevo como PDF.
publish-handout-too-large = El PDF “{ $file }” tiene { $megabytes } MB, más de 64 MiB. Guárdelo más pequeño o en dos partes.
publish-handout-too-many-pages = El PDF “{ $file }” tiene { $pages } páginas, más de 500. Divídalo.

## Recordings
publish-recording-empty = La grabación “{ $file }” tiene 0 bytes. Cópiela de nuevo desde la cámara.
publish-recording-not-video = “{ $file }” tiene nombre de video, pero no es un video. Revise el archivo.
publish-recording-truncated = La grabación “{ $file }” está cortada. Cópiela de nuevo desde la cámara.
publish-recording-broken = No se puede leer la grabación “{ $file }” ({ $cause }). Guárdela de nuevo como MP4.
publish-recording-no-picture = La grabación “{ $file }” no tiene imagen. Grabe con la cámara encendida.
publish-recording-too-large = La grabación “{ $file }” tiene { $megabytes } MB, más de 4 GiB. Córtela en dos.
publish-recording-too-long = La grabación “{ $file }” dura { $minutes } minutos, más de 3 horas. Córtela en dos.
publish-recording-needs-ffmpeg = Los dispositivos no pueden reproducir la grabación “{ $file }” ({ $form }), y en esta computadora no está ffmpeg, que la convierte. Instale ffmpeg o guarde la grabación como MP4 con AV1 y Opus.
publish-recording-ffmpeg-lacks = Hay que convertir la grabación “{ $file }”, pero el ffmpeg de esta computadora no genera AV1 y Opus. Instale ffmpeg 5 o más nuevo, con libsvtav1 y libopus.
publish-recording-ffmpeg-failed = No se pudo convertir la grabación “{ $file }” ({ $cause }). Revise que se reproduzca en esta computadora.

## Captions
publish-captions-broken = No se puede leer la línea { $line } de los subtítulos “{ $captions }” de “{ $file }”. Corríjala o quite los subtítulos.
publish-captions-too-large = Los subtítulos “{ $captions }” de “{ $file }” tienen más de 1 MiB. Revise el archivo.
publish-captions-alone = “{ $file }” son subtítulos. Póngalos junto a la grabación, con el mismo nombre, y agregue la grabación.

## Texts
publish-text-empty = “{ $file }” no tiene palabras. Escriba algo y guárdelo.
publish-text-too-large = El texto “{ $file }” tiene más de 1 MiB. Divídalo.
publish-text-binary = “{ $file }” no es un texto. Revise el archivo.
publish-text-encoding = El texto “{ $file }” está en una codificación desconocida. Guárdelo en UTF-8.

## Drills
publish-drill-empty = Los ejercicios “{ $file }” no tienen preguntas. Escriba una en cada fila, desde la segunda.
publish-drill-too-large = Los ejercicios “{ $file }” tienen más de 16 MiB. Divídalos.
publish-drill-too-many-items = Los ejercicios “{ $file }” tienen { $items } preguntas, más de 10 000. Divídalos.
publish-drill-no-column = La primera fila de “{ $file }” no tiene la columna { publish-column }. Escriba ahí ese nombre.
publish-drill-column-twice = La primera fila de “{ $file }” tiene dos columnas { publish-column }. Quite una.
publish-drill-rows = { $broken ->
    [one] En los ejercicios “{ $file }” hay que corregir { $broken } fila. Corríjala y agregue el archivo de nuevo.
   *[other] En los ejercicios “{ $file }” hay que corregir { $broken } filas. Corríjalas y agregue el archivo de nuevo.
}
publish-drill-refused = No se pueden usar los ejercicios “{ $file }” ({ $cause }).

## Names of a drill’s columns (used in other sentences)
publish-column = { $column ->
    [id] “id” (identificador)
    [kind] “kind” (tipo)
    [question] “question” (pregunta)
    [choices] “choices” (opciones)
    [answer] “answer” (respuesta)
    [explanation] “explanation” (explicación)
    [skill] “skill” (habilidad)
    [level] “level” (nivel)
   *[other] “{ $column }”
}

## Rows of a drill
publish-row-open-quote = Fila { $row }: falta cerrar las comillas ("). Ciérrelas.
publish-row-too-many-cells = Fila { $row }: hay { $found } celdas, pero la primera fila tiene { $most }. Ponga entre comillas (") la celda que contiene el separador.
publish-row-missing = Fila { $row }: la columna { publish-column } está vacía. Complétela.
publish-row-too-long = Fila { $row }: la columna { publish-column } tiene más de 4000 caracteres. Acórtela.
publish-row-bad-id = Fila { $row }: el “id” puede tener hasta 64 bytes. Acórtelo.
publish-row-id-twice = Fila { $row }: el “id” “{ $id }” ya está en la fila { $earlier }. Cambie uno.
publish-row-bad-kind = Fila { $row }: el tipo “{ $kind }” no existe. Escriba choice (una opción), choices (varias opciones), text (texto), number (número) u order (ordenar).
publish-row-bad-level = Fila { $row }: el nivel “{ $level }” no existe. Escriba de 1 a 5.
publish-row-choice-count = Fila { $row }: el número de opciones es { $found }. Escriba de 2 a 50, separadas por “|”.
publish-row-bad-choice = Fila { $row }: la opción { $place } está vacía o repetida. Corríjala.
publish-row-not-a-choice = Fila { $row }: la respuesta “{ $answer }” no es una de las opciones. Escríbala igual que la opción.
publish-row-one-answer = Fila { $row }: hay { $found } respuestas donde se pide una. Escriba una sola o cambie el tipo a choices (varias opciones).
publish-row-not-an-order = Fila { $row }: la respuesta no nombra cada opción una vez. Escríbalas en el orden correcto, separadas por “|”.
publish-row-not-a-number = Fila { $row }: la respuesta “{ $answer }” no es un número. Escriba solo el número o cambie el tipo a text (texto).

## Links
publish-link-missing = “{ $file }” no contiene ninguna dirección. Haga el enlace de nuevo o escriba la dirección.
publish-link-bad = No se puede usar la dirección “{ $url }” de “{ $file }”. Una dirección empieza con https:// o http://.

## Lessons
publish-lesson-no-materials = La clase no tiene material. Agregue por lo menos un archivo, texto o enlace.
publish-lesson-too-many-materials = La clase tiene { $materials } materiales, más de 200. Divídala en dos.
publish-lesson-no-title = La clase no tiene título. Escriba uno.
publish-lesson-bad-label = { $field ->
    [title] El título
    [unit] La unidad
   *[source] La fuente
} de la clase tiene más de 200 caracteres o tiene caracteres que no se pueden mostrar. Corrija.
publish-lesson-bad-period = No existe la { $period }.ª hora. Elija de 1 a 12.
publish-lesson-expires-early = La clase vence el { $expires }, antes de su día ({ $day }). Elija un día posterior.
publish-lesson-too-many-revisions = La clase se modificó demasiadas veces. Repártala como una clase nueva.
publish-lesson-refused = No se puede repartir la clase ({ $cause }).
publish-lesson-random = No se pudo crear un número para la clase ({ $cause }). Reinicie esta computadora.

## Notices
publish-note-photo-scaled = Se redujo la foto: { $width } × { $height }.
publish-note-photo-turned = Se enderezó la foto.
publish-note-text-encoding = El texto se leyó como { $encoding }.
publish-note-recording-converted = Se convirtió la grabación para los dispositivos.
publish-note-recording-no-captions = La grabación no tiene subtítulos. Un archivo .vtt con el mismo nombre, junto a ella, los agrega.
publish-note-recording-no-sound = La grabación no tiene sonido.
