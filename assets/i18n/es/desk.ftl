# Words of the teacher's screens. Short: what happened, what to do next.

desk-place-push = Repartir
desk-place-progress = Seguimiento
desk-place-roster = Lista del salón
desk-place-settings = Ajustes

desk-back = Volver
desk-cancel = Cancelar
desk-opening = Abriendo
desk-asking = Consultando a la escuela
desk-as-of = Situación a las { $time } (F5 para actualizar)
desk-as-of-coming = Situación a las { $time }, actualizando
desk-size-kb = { $number } KB
desk-size-mb = { $number } MB
desk-moment = { $day } { $time }
desk-period = { $number }.ª hora
pupil-number = N.º { $number }
said-look = Ver la entrega

## First start
desk-welcome-title = Hotaru, escritorio docente
desk-welcome-text = Reparta fotos de la pizarra, fichas, grabaciones y ejercicios, también a quienes no tienen internet en casa.
sign-in-title = Iniciar sesión
sign-in-text = Con el nombre que le dio la escuela y la frase secreta que usted eligió.
sign-in-new = La cuenta está lista. Escriba su nombre, espere los siguientes seis dígitos de la aplicación e inicie sesión con ellos. Los mismos seis dígitos solo valen una vez.
sign-in-cloud = Dirección web de la escuela
sign-in-cloud-hint = https://hotaru.example.jp
sign-in-name = Nombre
sign-in-passphrase = Frase secreta
sign-in-code = Código de verificación
sign-in-code-how = Escriba los seis dígitos de la aplicación de autenticación. Si no la tiene, use uno de los códigos de respaldo que anotó. Esta computadora solo lo pide una vez al día.
sign-in-do = Entrar
sign-in-waiting = Consultando a la escuela
sign-in-oidc = Con la cuenta de la escuela ({ $name })
oidc-waiting = Inicie sesión en el navegador.
oidc-waiting-next = Use la cuenta de la escuela en la página que se abrió. Después, esta ventana sigue sola.
oidc-again = Abrir el navegador otra vez
oidc-page = Puede cerrar esta ventana.
sign-in-way-name = Con nombre y frase secreta
sign-in-way-setup = Primera vez (tengo un código de configuración)
sign-in-way-token = Otras formas
sign-in-token-title = Conectar con la escuela mediante un token
sign-in-token-text = Escriba la dirección web y el token docente que le dio la persona encargada del servidor de la escuela. Ambos se guardan en su carpeta en esta computadora.
sign-in-token = Token docente
sign-in-connect = Conectar
session-over = La sesión terminó.
session-over-next = Escriba otra vez la frase secreta y siga donde estaba. Lo que estaba escribiendo y las clases por enviar siguen aquí.
setup-title = Primera vez
setup-text = Con el código de configuración de la administración de la escuela, usted elige su propia frase secreta.
setup-code = Código de configuración
setup-rule = La frase secreta tiene 12 caracteres o más, o cuatro palabras o más separadas por espacios. No use una muy común ni su propio nombre. No necesita signos ni mayúsculas.
setup-passphrase = Frase secreta nueva
setup-again = La misma frase secreta otra vez
setup-differs = No es igual a la frase secreta de arriba.
setup-do = Siguiente
setup-app = 1  Agréguelo a la aplicación
setup-app-how = Lea este código QR con la aplicación de autenticación de un celular u otro equipo.
setup-qr = Código QR para la aplicación de autenticación
setup-secret = Si no se puede leer, escriba esto en la aplicación.
setup-recovery = 2  Anote los códigos de respaldo
setup-recovery-once = Solo se muestran esta vez.
setup-recovery-how = Anótelos en papel y guárdelo donde nadie lo vea. Si pierde la aplicación, cada uno reemplaza una vez al código de verificación.
setup-first = 3  Pruebe
setup-first-how = Escriba los seis dígitos que muestra la aplicación.
setup-confirm = Probar

## Give
push-do = Repartir
push-replace-title = Modificar y repartir de nuevo
push-summary = { $classes }  { $day }  “{ $title }”, { $count ->
    [one] { $count } material
   *[other] { $count } materiales
} (Ctrl+Enter también reparte)
push-lacks-files = Agregue un archivo para poder repartir.
push-lacks-work = Se están preparando los materiales; después se podrá repartir.
push-lacks-class = Elija un salón.
push-lacks-subject = Elija el curso.
push-lacks-title = Escriba un título.
push-without-refused = { $count ->
    [one] Se deja fuera { $count } archivo que no se puede usar.
   *[other] Se dejan fuera { $count } archivos que no se pueden usar.
}
push-no-school = Aún no llega la lista de salones: { $reason }
push-toast = Se va a repartir “{ $title }”
push-undone = No se repartió.
push-undone-next = No se envió nada. Todo sigue aquí.
push-arrived = “{ $title }” llegó a la escuela.
push-arrived-next = Cada dispositivo lo recibe la próxima vez que se conecte en la escuela.

drop-here = Suelte archivos aquí
drop-now = Suelte para agregar
drop-kinds = Fotos (JPEG, PNG), fichas (PDF), grabaciones (video), textos (Markdown, texto simple), ejercicios (CSV, TSV)
drop-pick = Elegir archivos

form-classes = Salón
form-no-classes = Aún no hay lista de salones.
form-subject = Curso
form-subject-other = Otro
form-subject-name = Nombre del curso
form-title = Título
form-title-hint = Por ejemplo: cómo funcionan las palancas
form-day = Día de la clase
form-day-today = { $day } (hoy)
form-day-before = Día anterior
form-day-after = Día siguiente
form-period = Hora de clase
form-period-none = Ninguna
form-more = Más (unidad, fuente, enlace)
form-unit = Unidad
form-source = Fuente
form-source-hint = Propio, o el libro y la página
form-link = Enlace (requiere internet)
form-link-hint = https://
form-link-add = Agregar enlace
form-clear = Empezar de nuevo

file-waiting = Esperando su turno
file-reading = Leyendo
file-reading-percent = Leyendo { $percent }%
file-converting = Convirtiendo para los dispositivos
file-converting-percent = Convirtiendo para los dispositivos { $percent }%
file-cutting = Dividiendo en partes
file-cutting-percent = Dividiendo en partes { $percent }%
file-at-school = ya en la escuela
file-up = Subir “{ $name }”
file-down = Bajar “{ $name }”
file-remove = Quitar “{ $name }”
file-stop = Detener “{ $name }”
file-more-rows = { $count ->
    [one] Y { $count } fila más.
   *[other] Y { $count } filas más.
}

kind-text = Texto
kind-board = Pizarra
kind-handout = Ficha
kind-recording = Grabación
kind-drill = Ejercicios
kind-link = Enlace
kind-unknown = Material
amount-pages = { $count ->
    [one] { $count } página
   *[other] { $count } páginas
}
amount-items = { $count ->
    [one] { $count } pregunta
   *[other] { $count } preguntas
}
amount-minutes = { $count } min

job-held = “{ $title }” se enviará en un momento.
job-waiting = “{ $title }” se enviará a continuación.
job-failed = “{ $title }” aún no llega a la escuela.
job-failed-kept = Está en esta computadora y se enviará automáticamente cuando haya conexión.
job-refused = La escuela no pudo recibir “{ $title }”.
job-damaged = Una clase por enviar está dañada en esta computadora.
job-damaged-next = Descártela y repártala de nuevo.
job-again = Enviar de nuevo
job-discard = Descartar
job-discard-ask = ¿Descartar “{ $name }”?
job-discard-ask-next = No se enviará a la escuela. Sus archivos quedan como están.
job-discard-ask-do = Descartar

## The one line at the bottom
line-sending = Enviando “{ $title }” ({ $done } de { $all })
line-refused = { $count ->
    [one] { $count } clase no llegó a la escuela. Véala en “Repartir”.
   *[other] { $count } clases no llegaron a la escuela. Véalas en “Repartir”.
}
line-failed = { $count ->
    [one] { $count } clase aún no llega
   *[other] { $count } clases aún no llegan
}: { $reason } El envío es automático cuando haya conexión.
line-held = { $count ->
    [one] { $count } clase se enviará en un momento.
   *[other] { $count } clases se enviarán en un momento.
}
line-school-failed = { $reason } Se muestra lo visto antes.
line-all-sent = { $school }: todo lo repartido está en la escuela.
line-asking = Consultando a la escuela.
line-send-now = Enviar ahora

## Progress
lessons-none = Aún no se ha repartido nada.
lessons-none-next = Las clases repartidas aparecen aquí, las más nuevas primero.
lessons-none-do = Repartir
lesson-materials = { $count ->
    [one] { $count } material
   *[other] { $count } materiales
} ({ $size })
lesson-revision = { $count ->
    [one] modificada { $count } vez
   *[other] modificada { $count } veces
}
lesson-pushed = repartida: { $at }
lesson-goes-out = sale: { $at }
lesson-replace = Modificar
lesson-withdraw = Retirar
lesson-withdraw-ask = ¿Retirar “{ $name }”?
lesson-withdraw-ask-next = Desaparece de los dispositivos de los estudiantes en la próxima conexión. Sus respuestas se quedan.
lesson-withdraw-ask-do = Retirar
withdrawn = Se retiró la clase.
withdrawn-next = Desaparece de los dispositivos en la próxima conexión.

receipts-title = Entrega
receipts-none = Aún no hay dispositivos.
receipts-none-next = Cuando entren estudiantes con el código de la “Lista del salón”, aparecerán aquí.
receipts-here = En el dispositivo: { $count }
receipts-not-yet = Dispositivo aún sin conectar: { $count }
receipts-no-space = Espacio insuficiente: { $count }
receipts-without-terminal = Aún sin dispositivo: { $count }
receipts-opened = Abrieron la clase: { $opened } de { $pupils }
receipts-each = Ver cada dispositivo
receipts-each-close = Cerrar la lista
receipt-here = En el dispositivo
receipt-not-yet = El dispositivo aún no se conecta
receipt-no-space = Espacio insuficiente (faltan { $size })

answers-title = Respuestas por pregunta
answers-no-drill = Esta clase no tiene ejercicios.
answers-none = Aún no llega ninguna respuesta.
answers-none-next = Las respuestas llegan cuando los dispositivos se conectan en la escuela.
answers-in-order = En orden
answers-hardest-first = Más difíciles primero
answers-item = Pregunta { $number }. Respuestas: { $answered }, correctas: { $correct }
answers-right = Correcto
answers-count = { $count }
answers-others = Otras respuestas: { $count }
answers-dont-know = No sé: { $count }
answers-more = Ver { $count } más
answers-rest = Preguntas aún sin respuesta: { $count }

## Roster
roster-code = Código para entrar a { $class }
roster-address = Dirección web: { $cloud }
roster-code-how = En el dispositivo del estudiante, elija “Entrar a un salón” y escriba la dirección web, el código y el número de lista.
roster-code-until = Vale hasta { $at }.
roster-no-code = Ahora no hay ningún código válido.
roster-no-code-next = Cree un código nuevo cuando vaya a entrar un estudiante o un dispositivo.
roster-renew = Crear código nuevo
roster-renew-ask = ¿Crear un código nuevo para { $name }?
roster-renew-ask-next = El código actual deja de valer. Los dispositivos que ya entraron siguen igual.
roster-renew-ask-do = Crear
roster-close = Cerrar el código
roster-close-ask = ¿Cerrar el código de { $name }?
roster-close-ask-next = Nadie más podrá entrar con este código. Los dispositivos que ya entraron siguen igual.
roster-close-ask-do = Cerrar
code-renewed = Hay un código nuevo.
code-renewed-next = Vale 14 días. El anterior ya no vale.
code-closed = Se cerró el código.
code-closed-next = Se puede crear uno nuevo en cualquier momento.
roster-pupils = { $count ->
    [one] { $count } estudiante
   *[other] { $count } estudiantes
}
roster-pupils-how = Al tocar un número se abre el registro de esa persona. Hágalo solo cuando no esté proyectando.
roster-no-pupils = Aún no ha entrado nadie.
roster-no-pupils-next = Cuando entren estudiantes con el código de arriba, sus números aparecerán aquí.
roster-terminals = Dispositivos
roster-no-terminals = Aún no hay dispositivos.
roster-terminal-times = Entró: { $joined }; última conexión: { $seen }
roster-undo = Anular el ingreso
roster-undo-ask = ¿Anular el ingreso de { $name }?
roster-undo-ask-next = Este dispositivo ya no podrá comunicarse con la escuela. Las respuestas que llegaron se quedan. Úselo cuando alguien entró con un número equivocado.
roster-undo-ask-do = Anular
card-title = Tarjetas de acceso
card-name = { $class }, número { $number }
card-how = En el dispositivo nuevo, elige “Entrar a un salón” y escribe este código o lee el código QR. También vuelve lo que estudiaste antes.
card-secret = Vale como una contraseña. No se la muestres a nadie y, si la pierdes, avísale a tu profe.
roster-cards = Tarjetas de acceso
roster-cards-how = Con este papel, quien perdió su dispositivo recupera su estudio en uno de repuesto. Las tarjetas hechas antes dejan de valer.
roster-cards-make = Hacer todas las tarjetas
roster-cards-ask = ¿Hacer tarjetas para { $name }?
roster-cards-ask-next = Las tarjetas entregadas antes dejan de valer. Se abre una página con las nuevas: imprímala y entréguelas.
roster-cards-ask-do = Hacer tarjetas
roster-cards-some = Estudiantes con tarjeta: { $count }
cards-made = Las tarjetas de acceso están listas.
cards-made-next = Imprima la página que se abrió y luego borre el archivo: { $file }
roster-waits = ¿Traer lo que { $name } estudió antes al dispositivo “{ $terminal }”?
roster-waits-next = Este dispositivo entró solo con código y número. Si es de esa persona, traiga su estudio.
roster-agree = Traer
agreed = El estudio anterior va a volver.
agreed-next = Llega la próxima vez que el dispositivo se conecte a la escuela.
pupil-card-make = Hacer tarjeta de acceso
pupil-card-revoke = Anular la tarjeta de acceso
pupil-unlock = Si llaman por teléfono porque está bloqueado
pupil-unlock-how = Pregunte el número que sale en la pantalla del dispositivo y lea despacio los 16 dígitos que aparecen. Antes confirme, por la voz u otro modo, que es esa persona.
pupil-unlock-number = Número en la pantalla
pupil-unlock-show = Mostrar el código
pupil-unlock-once = Este código abre una sola vez.
card-revoked = Se anuló la tarjeta de acceso.
card-revoked-next = Se puede hacer una nueva en cualquier momento.
join-undone = Se anuló el ingreso.
join-undone-next = Ahora se puede entrar con el número correcto.

## One pupil
pupil-private = Este es el registro de una sola persona.
pupil-private-text = Confirme que no esté en un proyector ni en una pantalla grande. El estudiante ve lo mismo.
pupil-name = { $class }, n.º { $number }
pupil-empty = El registro está por empezar.
pupil-empty-next = Lo que se hizo llega cuando el dispositivo se conecta en la escuela.
pupil-days = Días de estudio
pupil-day-minutes = { $count } min
pupil-day-answers = { $count ->
    [one] { $count } respuesta
   *[other] { $count } respuestas
}, correctas: { $correct }
pupil-day-paper = { $count } min en papel
pupil-lessons = Clases
pupil-watched = vio { $count } min de la grabación
pupil-answers = Respuestas, las más nuevas primero
pupil-more = Ver más
verdict-right = { $response }  correcto
verdict-form = { $response }  valor correcto, otra forma
verdict-not-right = { $response }  no es correcto
verdict-asked = No sé (leyó la explicación)
verdict-open = { $response }  sin calificar aún

## Settings
settings-looks = Apariencia
settings-text-size = Tamaño de letra
desk-appearance = Claro u oscuro
desk-appearance-system = Automático
desk-appearance-light = Claro
desk-appearance-dark = Oscuro
desk-language = Idioma
settings-school = Escuela
settings-who = Quién inició sesión
settings-by-token = Sesión iniciada con un token impreso.
settings-until = Hasta { $at }; dos horas sin uso la terminan antes
settings-school-text = El token que permite entrar está solo en su carpeta de esta computadora; nadie más puede leerlo.
role-teacher = Docente a cargo de { $class }
role-subject-teacher = { $subject } en { $class }
role-support = Apoyo a un estudiante
role-guardian = Madre, padre o apoderado
role-principal = Dirección de la escuela
role-school-admin = Administración de la escuela
role-city-admin = Administración del Comité de Educación
sign-out = Cerrar sesión
sign-out-ask = ¿Cerrar la sesión de { $name }?
sign-out-ask-next = Lo que se está escribiendo y las clases por enviar se quedan en esta computadora. Se envían en la próxima sesión.
sign-out-ask-do = Cerrar sesión
sign-out-token-ask = ¿Quitar el token de esta computadora?
sign-out-token-ask-next = Para volver a entrar se necesita el token impreso. Lo que se está escribiendo y las clases por enviar se quedan.
sign-out-token-ask-do = Quitar el token

## Where it does not work
problem-other = No funcionó.
problem-address = La dirección web de la escuela no es correcta.
problem-address-next = Escriba de nuevo la dirección que empieza con https://.
problem-plain-http = Lo que va a esta dirección puede leerse en el camino.
problem-plain-http-next = Use una dirección que empiece con https:// o consulte a la persona encargada del servidor de la escuela.
problem-token = El token docente no es correcto.
problem-token-next = Escriba de nuevo, de principio a fin, el token que le dio la persona encargada del servidor.
problem-session-over = La sesión terminó.
problem-session-over-next = No se perdió nada. Inicie sesión de nuevo.
problem-wrong-sign-in = El nombre, la frase secreta o el código de verificación no es correcto.
problem-wrong-sign-in-next = Revíselos otra vez. Si no los recuerda, pida un código de configuración nuevo a la administración de la escuela.
problem-oidc-unknown = La escuela no conoce esta cuenta.
problem-oidc-unknown-next = Pida a la administración de la escuela que la registre.
problem-oidc-failed = No se pudo iniciar sesión.
problem-oidc-failed-next = Tardó demasiado o algo cambió en el camino. Empiece de nuevo.
problem-oidc-provider = La escuela no alcanza el servicio de la cuenta.
problem-oidc-provider-next = Inténtelo más tarde o entre con nombre y frase secreta.
problem-oidc-declined = El servicio de la cuenta no dejó entrar a nadie.
problem-oidc-declined-next = Inténtelo otra vez o entre con nombre y frase secreta.
problem-oidc-late = Nadie volvió del navegador en diez minutos.
problem-oidc-late-next = Empiece de nuevo.
problem-oidc-none = La escuela no tiene esa forma de entrar.
problem-oidc-none-next = Entre con nombre y frase secreta.
problem-code-needed = Se necesita un código de verificación.
problem-code-needed-next = Escriba los seis dígitos de la aplicación de autenticación o un código de respaldo.
problem-wrong-code = Ese no es el código de este momento.
problem-wrong-code-next = Espere los siguientes seis dígitos y escríbalos. Revise también que el reloj de la aplicación esté bien.
problem-wrong-setup = Este código de configuración no vale.
problem-wrong-setup-next = Revíselo otra vez. Si pasaron 7 días o ya se usó, pida uno nuevo a la administración de la escuela.
problem-weak-passphrase = Esta frase secreta es fácil de adivinar.
problem-weak-passphrase-next = Use 12 caracteres o más, o cuatro palabras o más; nada muy común, ni un mismo carácter repetido, ni su propio nombre.
problem-too-many-tries = La escuela no acepta más intentos por ahora.
problem-too-many-tries-next = Espere un minuto e intente de nuevo. No se perdió nada.
problem-certificates = No se puede usar el certificado de la escuela.
problem-certificates-next = No se envió nada. Consulte a la persona encargada del servidor de la escuela.
problem-unreachable = No hay conexión con la escuela.
problem-unreachable-next = No se perdió nada. Revise el cable o el Wi-Fi.
problem-line-broke = Se cortó la conexión.
problem-line-broke-next = No se perdió nada. Sigue desde donde quedó.
problem-stalled = La conexión está detenida.
problem-stalled-next = No se perdió nada. Sigue desde donde quedó.
problem-intercepted = Hay otra máquina entre esta computadora y la escuela.
problem-intercepted-next = No se envió nada. Pida a quien administra esta red que deje pasar a Hotaru.
problem-captive-portal = El Wi-Fi pide iniciar sesión.
problem-captive-portal-next = No se envió nada. Inicie sesión en el Wi-Fi con un navegador e intente de nuevo.
problem-proxy = El proxy de esta red no lo deja pasar.
problem-proxy-next = No se envió nada. Consulte a quien administra esta red.
problem-answer = No se puede leer la respuesta de la escuela.
problem-answer-next = Ponga el Hotaru de la escuela y el de esta computadora en la misma versión.
problem-forbidden = Esta cuenta docente no puede hacer eso.
problem-forbidden-next = Elija solo sus propios salones.
problem-no-lesson = No se encontró esa clase.
problem-no-lesson-next = Actualice la lista con F5.
problem-not-newest = Otra persona la modificó primero.
problem-not-newest-next = Abra la más nueva en “Seguimiento” y modifique esa.
problem-school-full = El servidor de la escuela está lleno.
problem-school-full-next = Está guardado en esta computadora. Pida más espacio a la persona encargada del servidor.
problem-school-busy = El servidor de la escuela está ocupado.
problem-school-busy-next = Está guardado en esta computadora y se enviará automáticamente dentro de poco.
problem-not-taken = La escuela no pudo recibirlo.
problem-not-taken-next = Está guardado en esta computadora. Véalo en “Repartir” y envíelo de nuevo o descártelo.
problem-other-cloud = Esa clase es para otra escuela.
problem-other-cloud-next = Para enviarla, conéctese a esa escuela.
problem-other-teacher = Otro docente hizo esta clase.
problem-other-teacher-next = Se enviará cuando esa persona inicie sesión.
problem-stopped = Se detuvo.
problem-stopped-next = No cambió nada.
problem-waiting = Algunas clases aún no llegan.
problem-waiting-next = Están guardadas en esta computadora y se enviarán automáticamente cuando haya conexión.
problem-file-changed = Un archivo cambió mientras se agregaba.
problem-file-changed-next = Agréguelo de nuevo cuando termine de guardarse.
problem-disk = No se puede escribir en el disco de esta computadora.
problem-disk-next = No se envió nada. Libere espacio en el disco e intente de nuevo.
problem-draft = Así no se puede repartir.
problem-draft-next = Complete lo que falta.
problem-files = Algunos archivos no se pueden usar.
problem-files-next = Quítelos o corríjalos.
problem-no-recipient = Nadie lo recibiría.
problem-no-recipient-next = Elija un salón.
problem-no-account = Aún no hay conexión con una escuela.
problem-no-account-next = Inicie sesión con nombre y frase secreta.
problem-no-class = Ese salón no existe.
problem-no-class-next = Revise el nombre en la “Lista del salón”.
problem-no-pupil = Aún nadie tiene ese número.
problem-no-pupil-next = Revise el número en la “Lista del salón”.
problem-package = No se pueden usar los archivos de la escuela de ejemplo.
problem-package-next = Revise los archivos.
problem-too-late = Ya llegó a la escuela.
problem-too-late-next = Se puede retirar en “Seguimiento”.
problem-machine = Algo básico no funciona en esta computadora.
problem-machine-next = No se perdió nada. Reinicie la computadora.

## All terminals
terminals-title = Terminales de la escuela
terminals-how = Antes de devolver, compruebe en cada uno que no falta nada por enviar y que hay prueba de que se borró.
terminals-in-use = En uso ({ $count })
terminals-ordered = Por borrar ({ $count })
terminals-gone = Borrados o revocados ({ $count })
terminals-none = Aquí no hay terminales.
terminals-holder = { $class } n.º { $number }
terminals-id = Número del terminal: { $id }
terminals-unsent-unknown = Aún no se sabe si falta algo por enviar. Se sabrá cuando se conecte.
terminals-unsent-none = Aún no en la escuela: 0 (lo dijo el { $at })
terminals-unsent = Aún no en la escuela: { $events } respuestas y notas, { $photos } fotos, { $locked } alumnos con bloqueo (lo dijo el { $at })
terminals-to-be = Se borrará cuando todo haya llegado a la escuela.
terminals-to-be-at-once = Se borrará en su próximo contacto.
terminals-erased = Borrado el { $at }. Su certificado está aquí.
terminals-revoked = Sus claves en la escuela están revocadas.
terminals-filed = Certificado del arrendador: { $name } ({ $at })
terminals-erase = Pedir el borrado
terminals-erase-ask = ¿Pedir que se borre { $name }?
terminals-erase-ask-next = Primero envía todo lo que falta; después se borra y envía su certificado.
terminals-erase-ask-do = Pedirlo
terminals-at-once = Borrar ya
terminals-at-once-ask = ¿Borrar { $name } ya?
terminals-at-once-ask-next = Para un terminal perdido o robado. En su próximo contacto se borran también las respuestas que no han llegado a la escuela.
terminals-at-once-ask-do = Borrar ya
terminals-withdraw = Retirar el pedido
terminals-file = Archivar el certificado del arrendador
erase-ordered = Se ha pedido el borrado.
erase-ordered-next = El terminal lo sabrá en su próximo contacto.
erase-withdrawn = Se ha retirado el pedido.
erase-withdrawn-next = Si el terminal ya lo sabía, sabrá esto en su próximo contacto.
certificate-filed = El certificado está archivado.
certificate-filed-next = Queda junto al del terminal.
roster-all-terminals = Todos los terminales (devolver y borrar)
