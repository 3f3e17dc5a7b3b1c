# Words of the pupil's screens. Short, kind, readable by a child.

place-today = Hoy
place-lessons = Clases
place-drills = Ejercicios
place-record = Registro
place-settings = Ajustes

go-back = Volver
try-again = Intentar de nuevo
opening = Abriendo
list-and = {", "}
list-item = • { $words }
order-then = {" → "}

period = { $number }.ª hora
size-kb = { $number } KB
size-mb = { $number } MB
size-gb = { $number } GB

welcome-title = ¡Hola! Esto es Hotaru
welcome-text = Llévate las clases a casa y aprende aunque no haya internet.
join-title = Entrar a un salón
join-text = Escribe la dirección web y el código que te dio tu profe.
join-cloud = Dirección web de la escuela
join-cloud-hint = https://
join-code = Código del salón o de tu tarjeta de acceso
join-code-hint = ABCD-2345
join-number = Tu número de lista
join-number-fault = Escribe un número del 1 al 99.
join-card = Este es el código de una tarjeta de acceso
join-card-text = No necesitas número de lista. También vuelve lo que estudiaste en tu otro dispositivo.
join-do = Entrar al salón
join-waiting = Preguntando a la escuela
sample-title = Prueba primero
sample-text = Un día de clases de un salón de ejemplo. No se envía nada a ninguna escuela.
sample-try = Abrir el salón de ejemplo
sample-leave = Cerrar el ejemplo y entrar a un salón
sample-leave-text = Este es el salón de ejemplo.

line-sample = Este es el salón de ejemplo. No está conectado a una escuela.
line-all-here = Todo está en este dispositivo.
line-to-be-erased = La escuela ha pedido que se borre este terminal cuando todo haya llegado a la escuela.
line-unsent = { $count ->
    [one] Falta enviar { $count } registro a la escuela. Se envía cuando haya conexión.
   *[other] Falta enviar { $count } registros a la escuela. Se envían cuando haya conexión.
 }
line-waiting = { $count ->
    [one] Falta que llegue { $count } clase ({ $size }).
   *[other] Falta que lleguen { $count } clases ({ $size }).
 }
line-calling = Llamando a la escuela.
line-syncing = Intercambiando datos con la escuela.
line-receiving = Recibiendo clases ({ $here } de { $all }).
line-kept = No se perdió nada.
line-sync = Conectar
line-stop = Detener
findings-title = La última vez la aplicación se cerró de golpe, así que se revisó todo.
findings-text = Lo que hiciste sigue aquí. Lo que falta llega en la próxima conexión.
findings-harmed = Algunos archivos internos estaban dañados. Se reparó lo que se pudo.
findings-harmed-text = Lo que hiciste sigue aquí. Para estar seguros del resto, revisa los datos.

today-lessons = Clases de hoy
today-from-here = Empieza por aquí: clases del { $day }
today-drills = Ejercicios
today-empty = Aún no hay clases.
today-empty-next = Aparecerán aquí cuando se abra este dispositivo en la escuela.

lessons-by-day = Por día
lessons-by-subject = Por curso
lessons-search = Buscar
lessons-search-hint = Título, unidad, curso
lessons-none-found = No se encontró nada.
lessons-none-found-next = Prueba con una palabra más corta.

lesson-gone = Esta clase ya no está aquí.
lesson-gone-next = Tu profe la retiró o ya venció. Lo que hiciste está guardado.
lesson-source = Fuente: { $source }
material-text = Texto
material-board = Pizarra
material-handout = Ficha
material-recording = Video
material-drill = Ejercicios
material-link = Enlace
material-unknown = Material
material-coming = Aún no llega.
material-coming-next = Faltan { $size }. Llegará cuando haya conexión.
newer-title = Para abrir esto hace falta un Hotaru más nuevo.
newer-text = Está guardado y se abrirá cuando se actualice la aplicación.
link-title = Desde aquí hace falta internet.
link-text = Ábrelo cuando haya conexión.
link-open = Abrir

notes = Apuntes
notes-hint = Lo que notaste, lo que te preguntas
notes-saved = Guardado
notes-saving = Se guarda cuando dejas de escribir

drills-empty = Aún no hay ejercicios.
drill-progress = { $answered } de { $all } respondidas
drill-begin = Empezar
drill-go-on = Continuar
drill-again = Otra vez
drill-at = Pregunta { $number } de { $all }
drill-stop = Dejar
drill-answer = Responder
drill-choose = elegir
drill-dont-know = No sé
drill-next = Siguiente
drill-text = Tu respuesta
drill-number = Tu respuesta (un número)
drill-number-hint = como 3/4, 1 2/3 o 0.5 (con punto)
drill-all-that-fit = Elige todas las que correspondan
drill-in-order = Elige en orden; toca otra vez para quitar
drill-done = Terminaste
drill-done-count = { $all ->
    [one] Respondiste { $all } pregunta;
   *[other] Respondiste { $all } preguntas;
 } correctas: { $right }.
drill-once-more-why = Hacerlo otra vez después de leer la explicación ayuda a recordarlo.
drill-once-more = Repetir las que fallé
drill-from-start = Repetir todo
drill-not-here = Estos ejercicios no están aquí ahora.
drill-not-here-next = Se renovaron o aún no llegan.

verdict-correct = Correcto
verdict-wrong = No es correcto
verdict-wrong-form = El valor está bien; escríbelo en la forma pedida
verdict-dont-know = Leamos la explicación
verdict-unknown = Tu respuesta está guardada; la escuela la calificará
verdict-given = Tu respuesta: { $response }
verdict-key = Respuesta: { $key }

record-empty = Aquí se va juntando lo que haces.
record-empty-next = Abre una clase o haz ejercicios, y aparecerá aquí.
record-earlier = Aún no vuelve lo que estudiaste en tu otro dispositivo.
record-earlier-next = Cuando tu profe lo apruebe, llega en la próxima conexión. Con tu tarjeta de acceso llega enseguida.
record-week = { $days ->
    [one] Esta semana estudiaste { $days } día, { $minutes } min.
   *[other] Esta semana estudiaste { $days } días, { $minutes } min.
 }
record-week-days = { $days ->
    [one] Esta semana estudiaste { $days } día.
   *[other] Esta semana estudiaste { $days } días.
 }
record-minutes = Tiempo de estudio (minutos)
record-subjects = Respuestas por curso
record-subject = Respondidas: { $answered }, correctas: { $correct }
record-days = Día por día
record-day = { $day }: { $did }
record-day-minutes = { $minutes } min
record-day-answers = { $count ->
    [one] { $count } respuesta
   *[other] { $count } respuestas
 }
record-day-lessons = { $count ->
    [one] { $count } clase
   *[other] { $count } clases
 }
record-day-paper = { $minutes } min en papel

paper-title = Estudio en papel
paper-why = También puedes guardar lo que hiciste en el cuaderno o en fichas.
paper-open = Anotar
paper-today = Hoy, { $day }
paper-minutes = ¿Cuántos minutos?
paper-minutes-fault = Escribe un número del 1 al 1440.
paper-what = ¿Qué hiciste?
paper-what-hint = dos fichas de cálculo
paper-photo = Poner una foto
paper-photo-no = Quitar la foto
paper-photo-name = Foto { $name }
paper-photo-title = Elige una foto
paper-save = Guardar
paper-cancel = Cancelar
paper-saved = Guardado.
paper-saved-next = Llega a la escuela en la próxima conexión.

settings-reading = Lectura
settings-appearance = Claro u oscuro
appearance-system = Automático
appearance-light = Claro
appearance-dark = Oscuro
settings-ruby = Furigana (lectura de los kanji)
ruby-on = Mostrar
ruby-off = Ocultar
settings-language = Idioma
settings-storage = Espacio
storage-used = { $used } de { $cap } en uso
storage-cap = Espacio para las clases
check-title = Revisión de los datos de estudio
check-why = Lee todo y comprueba que ninguna respuesta ni material esté dañado.
check-open = Revisar los datos
check-running = Revisando ({ $done } de { $all }). Puedes seguir estudiando.
check-stop = Detener
check-repair = Reparar y traer lo que falta
check-sound = Todo está bien.
check-harmed = Hay cosas por reparar.
check-mended = Se reparó.
check-left = Aún quedan cosas por reparar.
check-cut-short = Se detuvo antes de terminar.
check-command = `hotaru doctor --repair` lo repara.
check-extent = Leído y revisado: { $events ->
    [one] { $events } registro
   *[other] { $events } registros
 }, { $blobs ->
    [one] { $blobs } material
   *[other] { $blobs } materiales
 } ({ $size }).
check-unsent = { $count ->
    [one] También está aquí { $count } registro que falta enviar a la escuela.
   *[other] También están aquí { $count } registros que falta enviar a la escuela.
 }
check-remedy-can-mend = Se puede reparar.
check-remedy-mended = Se reparó.
check-remedy-comes = Llega en la próxima conexión.
check-remedy-next-start = Cierra la aplicación y ábrela de nuevo; así se repara.
check-copy = Una de las dos copias de un archivo pequeño estaba dañada.
check-copy-next = Se está usando la otra. Muéstrale esto a tu profe.
check-identity = Este dispositivo ya no sabe de qué escuela es.
check-identity-next = Entra al salón de nuevo. Lo que hiciste sigue aquí.
check-database = Una base de datos interna estaba dañada.
check-database-next = Cierra la aplicación y ábrela de nuevo.
check-journal = El archivo de registro tenía una parte dañada. Todo lo que hiciste sigue aquí.
check-journal-next = Cierra la aplicación y ábrela de nuevo.
check-journal-lost = { $count ->
    [one] { $count } registro ya no se puede leer.
   *[other] { $count } registros ya no se pueden leer.
 }
check-journal-lost-next = El archivo dañado está guardado. Muéstrale esto a tu profe.
check-at-school = { $count ->
    [one] { $count } registro anterior está solo en la escuela.
   *[other] { $count } registros anteriores están solo en la escuela.
 }
check-at-school-next = No se perdió nada.
check-blobs = { $count ->
    [one] { $count } material estaba dañado.
   *[other] { $count } materiales estaban dañados.
 }
check-blobs-next = Llega de nuevo en la próxima conexión.
check-own = { $count ->
    [one] { $count } foto tomada aquí ya no se puede leer.
   *[other] { $count } fotos tomadas aquí ya no se pueden leer.
 }
check-own-next = Los archivos están guardados. Muéstrale esto a tu profe.
check-partials = { $count ->
    [one] { $count } material recibido a medias ya no servía.
   *[other] { $count } materiales recibidos a medias ya no servían.
 }
check-partials-next = Llega desde el inicio en la próxima conexión.
check-left-overs = { $count ->
    [one] Había { $count } archivo sin uso ({ $size }).
   *[other] Había { $count } archivos sin uso ({ $size }).
 }
check-left-overs-next = No hace ningún daño.
check-set-aside = { $count ->
    [one] { $count } archivo dañado está guardado ({ $size }).
   *[other] { $count } archivos dañados están guardados ({ $size }).
 }
check-set-aside-next = Se queda hasta que todo llegue a la escuela.
check-newer = { $count ->
    [one] { $count } clase necesita un Hotaru más nuevo.
   *[other] { $count } clases necesitan un Hotaru más nuevo.
 }
check-newer-next = Está guardado. Actualiza la aplicación.
check-locked = { $count ->
    [one] El estudio de { $count } estudiante está bloqueado y no se revisó.
   *[other] El estudio de { $count } estudiantes está bloqueado y no se revisó.
}
check-locked-next = Desbloquéalo primero y revisa de nuevo.
check-space = Este dispositivo solo tiene { $size } libres.
check-space-next = Borra archivos que no necesites. Lo que hiciste sigue aquí.
check-clock = El reloj de este dispositivo está mal.
check-clock-next = Ponlo a la hora. Aunque esté mal, no se pierde nada de lo que hiciste.
check-waiting = { $count ->
    [one] Falta que llegue { $count } material ({ $size }).
   *[other] Falta que lleguen { $count } materiales ({ $size }).
 }
check-waiting-next = Llega cuando haya conexión.
settings-line = Conexión
settings-metered = Con internet limitado o de pago
metered-careful = Solo textos y ejercicios
metered-all = Recibir todo
seen-title = Lo que ve tu profe
seen-yes = Tu profe ve
seen-no = Tu profe no ve
seen-answers = tus respuestas en los ejercicios y si son correctas
seen-times = cuándo y cuánto tiempo estudiaste
seen-opened = cuántas personas del salón abrieron una clase
seen-paper = lo que escribiste en “Estudio en papel”
unseen-notes = lo que escribes en tus apuntes
unseen-elsewhere = lo que haces en otras aplicaciones o páginas
terminal-title = Este dispositivo
terminal-pupil = { $class }, número { $number }
terminal-add-pupil = Agregar otra persona

problem-other = No funcionó.
problem-no-space = Falta espacio libre en este dispositivo.
problem-no-space-next = Lo que hiciste está guardado. Borra archivos que no necesites e intenta de nuevo.
problem-cap-reached = El espacio para las clases está lleno.
problem-cap-reached-next = No se perdió nada. Puedes aumentarlo en los ajustes.
problem-not-saved = Lo único que no se pudo guardar es lo que acabas de hacer.
problem-not-saved-next = Todo lo anterior está a salvo. Borra archivos que no necesites y hazlo de nuevo.
problem-in-use = Hotaru ya está abierto.
problem-in-use-next = Usa la ventana que está abierta. No se perdió nada.
problem-damaged-blob = Este material estaba dañado.
problem-damaged-blob-next = Llega de nuevo en la próxima conexión. Lo que hiciste está guardado.
problem-no-blob = Aún no llega.
problem-no-blob-next = Llegará cuando haya conexión.
problem-damaged = Un archivo interno estaba dañado.
problem-damaged-next = Cierra la aplicación y ábrela de nuevo. Se repara lo que se pueda.
problem-keys-lost = Faltan las llaves de este dispositivo.
problem-keys-lost-next = Muéstrale esto a tu profe. Lo que llegó a la escuela está guardado allí.
problem-newer = Esto se hizo con un Hotaru más nuevo.
problem-newer-next = Actualiza la aplicación. No se perdió nada.
problem-io = No se pueden leer ni escribir archivos.
problem-io-next = Reinicia el dispositivo. Si no ayuda, muéstrale esto a tu profe.
problem-other-school = Este dispositivo es de otra escuela.
problem-other-school-next = Muéstrale esto a tu profe.
problem-no-sample = No se encontró el salón de ejemplo.
problem-no-sample-next = Entra a un salón con su dirección web y su código.
problem-unreachable = No hay conexión con la escuela.
problem-unreachable-next = No se perdió nada. Se intenta de nuevo donde haya conexión.
problem-broken = Se cortó la conexión.
problem-broken-next = Sigue desde donde quedó.
problem-stalled = La conexión está detenida.
problem-stalled-next = Sigue desde donde quedó.
problem-intercepted = Alguien en el camino intenta ver la conexión.
problem-intercepted-next = No se envió nada. Pregúntale a tu profe por esta red.
problem-captive-portal = Este Wi-Fi pide iniciar sesión primero.
problem-captive-portal-next = Abre la página del Wi-Fi, inicia sesión e intenta de nuevo.
problem-proxy = Esta red bloquea el camino a la escuela.
problem-proxy-next = Muéstrale esto a tu profe. No se perdió nada.
problem-truncated = Llegó cortado.
problem-truncated-next = Sigue desde donde quedó.
problem-too-long = La respuesta de la escuela era demasiado larga.
problem-too-long-next = No se recibió. Muéstrale esto a tu profe.
problem-wrong-hash = Llegó algo equivocado.
problem-wrong-hash-next = Se descartó y se recibirá de nuevo.
problem-wrong-code = No hay un salón con ese código.
problem-wrong-code-next = Mira bien el código y escríbelo de nuevo.
problem-not-let-in = Este dispositivo ya no puede entrar.
problem-not-let-in-next = Muéstrale esto a tu profe. Lo que hiciste está guardado en este dispositivo.
problem-superseded = Este dispositivo volvió a un estado anterior y ya no puede entrar.
problem-superseded-next = Muéstraselo a tu profe y entra otra vez con la tarjeta de acceso. Lo que hiciste está guardado y llegará después a la escuela.
problem-insecure = Esa dirección web no es segura.
problem-insecure-next = Pídele a tu profe una dirección que empiece con https://.
problem-bad-address = Esa dirección web no sirve.
problem-bad-address-next = Escríbela de nuevo desde https://.
problem-busy = Se intentó muchas veces.
problem-busy-next = Espera un poco e intenta de nuevo.
problem-not-saved-full = Lo único que no se pudo guardar es lo que acabas de hacer.
problem-not-saved-full-next = No hay espacio. Todo lo anterior está a salvo. Borra archivos que no necesites y hazlo de nuevo.
problem-mismatch = La escuela y este dispositivo no se entendieron.
problem-mismatch-next = No se perdió nada. Se arregla en la próxima conexión.
problem-no-such-pupil = Esa persona no está en este dispositivo.
problem-no-such-pupil-next = Míralo en los ajustes.
problem-machine = Este dispositivo no responde.
problem-machine-next = Reinicia el dispositivo. Lo que hiciste está guardado.
problem-forbidden = La escuela no permite esto.
problem-forbidden-next = Pregúntale a tu profe. No se perdió nada.
problem-refused = La escuela no lo recibió.
problem-refused-next = Muéstrale esto a tu profe. Lo que hiciste está guardado en este dispositivo.
problem-school-full = El servidor de la escuela está lleno.
problem-school-full-next = Avísale a tu profe. Lo que hiciste está guardado en este dispositivo.
problem-photos = No se pudieron enviar las fotos.
problem-photos-next = Están guardadas y se envían en la próxima conexión.
problem-cancelled = Detenido.
problem-cancelled-next = La próxima vez sigue desde aquí.
problem-not-joined = Aún no has entrado a un salón.
problem-not-joined-next = Escribe la dirección web y el código que te dio tu profe.
problem-unsent = Hay respuestas que aún no llegan a la escuela.
problem-unsent-next = Conecta primero para enviarlas.
problem-not-sure = No se borró nada.
problem-not-sure-next = Si quieres borrar, dilo una vez más.
problem-no-erasure = No hay nada que avisar a la escuela.
problem-no-erasure-next = Este dispositivo no se borró, o la escuela ya lo sabe.
problem-drill = No se pueden leer estos ejercicios.
problem-drill-next = Muéstrale esto a tu profe.
problem-no-such-drill = Esos ejercicios no existen.
problem-no-such-drill-next = Elige en la página de ejercicios.
problem-no-such-item = Esa pregunta no existe.
problem-no-such-item-next = Elige en la página de ejercicios.
problem-bad-line = No se puede leer una línea del archivo.
problem-bad-line-next = Corrígela e intenta de nuevo.
problem-photo = Esa foto no sirve.
problem-photo-next = Elige una foto JPEG o PNG. Lo que escribiste sigue aquí.
problem-file = No se puede leer ese archivo.
problem-file-next = Revisa el nombre e intenta de nuevo.
problem-locked = Está bloqueado.
problem-locked-next = Desbloquéalo primero.
problem-wrong-secret = No es correcto.
problem-wrong-secret-next = Intenta de nuevo. Si lo olvidaste, llama por teléfono a tu profe y pídele un código.
problem-slowed = Te equivocaste muchas veces.
problem-slowed-next = Espera un poco e intenta de nuevo. No se perdió nada.
problem-sign-in-expired = Este dispositivo estuvo mucho tiempo sin conectarse a la escuela y se bloqueó.
problem-sign-in-expired-next = No se perdió nada. Conéctalo en la escuela, o llama por teléfono a tu profe y pídele un código.
problem-wrong-unlock-code = Este código no abre.
problem-wrong-unlock-code-next = Dile a tu profe el número de la pantalla y pídele el código de ese número.
problem-bad-unlock-code = Parece que un número del código está mal.
problem-bad-unlock-code-next = Pídele a tu profe que lo lea una vez más.
problem-weak-secret = Es demasiado fácil o no tiene el largo correcto.
problem-weak-secret-next = Elige otro.
problem-keyring-closed = El llavero de claves de esta computadora está cerrado.
problem-keyring-closed-next = Inicia sesión otra vez en la computadora y luego abre Hotaru. No se perdió nada.
problem-no-memory = Falta memoria.
problem-no-memory-next = Cierra otras aplicaciones e intenta de nuevo.

line-locked = Lo que está bloqueado también se envía cuando haya conexión.

sign-in-title = Vamos a desbloquear
sign-in-who = ¿Quién va a usarlo?
sign-in-do = Desbloquear
sign-in-waiting = Comprobando.
sign-in-forgot = Lo olvidé
sign-in-slowed = { $seconds ->
    [one] Espera { $seconds } segundo más.
   *[other] Espera { $seconds } segundos más.
 }
sign-in-slowed-text = Te equivocaste muchas veces; toca un pequeño descanso. No se perdió nada.

secret-pin = Toca tus números.
secret-picture = Toca tus dibujos en orden.
secret-passphrase = Frase secreta
secret-typed = { $count ->
    [one] { $count } número puesto
   *[other] { $count } números puestos
 }
secret-tapped = { $count ->
    [one] { $count } dibujo elegido
   *[other] { $count } dibujos elegidos
 }
secret-show = Mostrar
secret-hide = Ocultar

days-left = { $days ->
    [one] Se bloquea en { $days } día.
   *[other] Se bloquea en { $days } días.
 }
days-left-next = Conéctate en la escuela y sirve { $all } días más.
days-over = Si lo bloqueas ahora, no se podrá abrir enseguida.
days-over-next = Conéctate primero en la escuela. No se perdió nada.

code-forgot = Si lo olvidaste
code-over = Estuvo mucho tiempo sin conectarse a la escuela y se bloqueó.
code-kept = Lo que hiciste no se perdió. Todo está detrás del bloqueo.
code-line = Toca “Conectar” en la escuela y se abre de nuevo.
code-call = Llama por teléfono a tu profe y dile estas tres cosas.
code-class = Salón
code-number = Tu número de lista
code-code = Número del código
code-enter = Escribe los 16 números que te lea tu profe.
code-typed = { $count } de 16 números puestos
code-line-only = Toca “Conectar” en la escuela y se abre de nuevo. Este dispositivo no se puede abrir por teléfono.
code-none = Este dispositivo aún no se puede abrir por teléfono. Muéstraselo a tu profe.

lock-title = Bloqueo
lock-why = Con un bloqueo, nadie más puede ver tus respuestas y apuntes.
lock-none = Ahora no hay bloqueo.
lock-is-pin = Se abre con un PIN.
lock-is-picture = Se abre con dibujos.
lock-is-passphrase = Se abre con una frase secreta.
lock-set = Poner un bloqueo
lock-now = Bloquear ahora
lock-change = Cambiar el bloqueo
lock-remove = Quitar el bloqueo
lock-remove-sure = Sin bloqueo, quien use este dispositivo puede ver todo. ¿Lo quitas?
lock-kind = ¿Qué bloqueo quieres?
lock-kind-pin = Números
lock-kind-picture = Dibujos
lock-kind-passphrase = Frase secreta
lock-rule-pin = De 4 a 12 números. No uses tu cumpleaños.
lock-rule-picture = De 4 a 8 dibujos, en orden.
lock-rule-passphrase = De 8 a 128 caracteres. Varias palabras juntas se recuerdan bien.
lock-again = ¿Te acuerdas? Pon lo mismo una vez más.
lock-next = Siguiente
lock-choose = Usar este
lock-cancel = Cancelar
lock-differs = No fue igual.
lock-differs-next = Ponlo desde el inicio.
lock-working = Cambiando el bloqueo.
lock-made = El bloqueo está listo.
lock-made-next = Si lo olvidas, tu profe puede leerte un código por teléfono.
lock-removed = Se quitó el bloqueo.
lock-removed-next = Puedes ponerlo otra vez cuando quieras.
renew-title = Un bloqueo nuevo
renew-text = Desde ahora, el nuevo abre tu estudio.
renew-later = Elegir después
weak-length = El largo debe ser de { $least } a { $most }.
weak-characters = Tiene caracteres que no se pueden usar. Elige otro.
weak-common = Es lo primero que cualquiera prueba. Elige otro.

erase-open = Borrar este dispositivo…
erase-title = Borrar este dispositivo
erase-text = Para devolver el dispositivo o pasárselo a otra persona. Se borran todas las clases y registros que tiene. Lo que llegó a la escuela se queda en la escuela.
erase-who = Quién usa este dispositivo
erase-all-sent = Todo lo que se hizo llegó a la escuela.
erase-unsent = { $count ->
    [one] { $count } registro aún no llega a la escuela.
   *[other] { $count } registros aún no llegan a la escuela.
 }
erase-locked = Está bloqueado, así que no se sabe. Al conectar, llega a la escuela bloqueado como está.
erase-sync-first = Antes de borrar, conecta y envía todo a la escuela.
erase-sync = Conectar primero
erase-sure = ¿Borrar de verdad?
erase-loses = { $count ->
    [one] Se perderá { $count } registro.
   *[other] Se perderán { $count } registros.
 }
erase-loses-next = La escuela aún no lo tiene, así que no se puede recuperar.
erase-hold = Para borrar, mantén presionado el botón rojo 3 segundos.
erase-do = Borrar todo
erase-cancel = No borrar
erasing-title = Borrando
erasing-text = No apagues el dispositivo y espera un poco.
telling-title = Ya se borró. Avisando a la escuela
telling-text = Si no hay conexión, se puede avisar después.
not-erased-title = Aún no se borró todo.
not-erased-text = Las llaves se destruyeron y ya no se puede leer nada. Algunos archivos no se pudieron borrar.
not-erased-again = Borrar de nuevo
erased-title = Este dispositivo está borrado.
erased-told = La escuela recibió el aviso.
erased-told-next = Ya se puede devolver.
erased-untold = La escuela aún no lo sabe.
erased-untold-next = Donde haya conexión, toca “Avisar a la escuela”. Hasta entonces, el certificado se guarda en este dispositivo.
erased-tell = Avisar a la escuela
erased-by-order = Se borró porque la escuela lo pidió.
erased-alone = No tiene nada adentro.
erased-alone-next = No había entrado a ninguna escuela, así que no hay a quién avisar.
certificate-title = Certificado de borrado
certificate-number = Número: { $fact }
certificate-time = Borrado: { $fact }
certificate-terminal = Dispositivo: { $fact }
certificate-id = ID del dispositivo: { $fact }
certificate-school = Escuela: { $fact }
certificate-unsent = No llegó a la escuela: { $fact }
anew-title = Para la próxima persona
anew-text = Empieza sin nada adentro.
anew-do = Empezar de cero
