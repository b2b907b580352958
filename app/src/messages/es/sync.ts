/** Spanish: what people see of sync: its state, Attention, history, what is unsent. */
import type { Words } from '..';

export const sync: Words = {
  'attention.choice_discard': 'Descartar',
  'attention.choice_keep': 'Dejar como está',
  'attention.choice_restore': 'Recuperar',
  'attention.choice_retry': 'Reintentar',
  'attention.choice_use_other': 'Usar la otra',
  'attention.deleted_by': 'Eliminado por: {who} · {when}',
  'attention.deleted_over_edit': 'Eliminado aquí, cambiado en otro lugar',
  'attention.done_discard': 'Descartado',
  'attention.done_keep': 'Se queda como está',
  'attention.done_restore': 'Recuperado',
  'attention.done_retry': 'Se enviará otra vez',
  'attention.done_use_other': 'Se tomó la otra versión',
  'attention.edit_on_deleted': 'Cambiado aquí, eliminado en otro lugar',
  'attention.edit': 'Editar y reintentar',
  'attention.field': 'Campo',
  'attention.kept': 'Ahora',
  'attention.none': 'Nada te necesita',
  'attention.none_text': 'Cuando dos dispositivos cambian lo mismo, aquí se ven las dos versiones.',
  'attention.other': 'La otra',
  'attention.overwritten': 'Cambiado en dos dispositivos',
  'attention.parked': 'El servidor aún no ha podido aceptarlo',
  'attention.refused': 'El servidor no lo aceptó ({code}).',
  'attention.rejected': 'El servidor no lo aceptó',
  'attention.text': 'Dos versiones de lo mismo, o un cambio que no se aceptó. Lo que se perdió se ofrece aquí.',
  'attention.title': 'Requiere tu atención',

  'bare.begin': 'Configurar el libro',
  'bare.text': 'Se empezó en otro dispositivo que hasta ahora no ha enviado nada. Si lo tienes, abre Outlay en él con conexión. Si ya no lo tienes, configura el libro aquí.',
  'bare.title': 'De este libro aún no ha llegado nada',

  'entity.account': 'Una cuenta',
  'entity.category': 'Una categoría',
  'entity.payee': 'Un beneficiario',
  'entity.rate': 'Un tipo de cambio',
  'entity.settings': 'Los ajustes del libro',
  'entity.tag': 'Una etiqueta',
  'entity.transaction': 'Un movimiento',

  'failed.coming': 'Tu libro está en camino. Ya puedes añadir un gasto.',
  'failed.text': 'No se ha podido leer ahora mismo. No se ha cambiado nada.',

  'history.away': 'No disponible ahora',
  'history.away_text': 'Aquí no se ha cambiado nada en los últimos 30 días. Lo anterior y lo de otros dispositivos lo guarda el servidor.',
  'history.change': '{before} → {after}',
  'history.create': 'Añadido',
  'history.delete': 'Eliminado',
  'history.offline': 'Los cambios más antiguos y los de otras personas necesitan la red.',
  'history.restore': 'Recuperado',
  'history.set': 'Cambiado',
  'history.title': 'Historial',
  'history.undo': 'Deshacer esto',

  'partial.here': 'Tu libro aún se está trayendo: las sumas todavía no están completas.',
  'partial.server': 'Tu libro aún se está trayendo: estas sumas las ha calculado el servidor.',

  'role.editor': 'Puedes editar',
  'role.owner': 'Tuyo',
  'role.viewer': 'Puedes ver',

  'sync.attention': {
    one: '{count} cosa requiere tu atención',
    many: '{count} de cosas requieren tu atención',
    other: '{count} cosas requieren tu atención'
  },
  'sync.book_deleted': {
    zero: 'Este libro se eliminó en otro lugar.',
    one: 'Este libro se eliminó en otro lugar. {count} cambio de aquí no se envió.',
    many: 'Este libro se eliminó en otro lugar. {count} de cambios de aquí no se enviaron.',
    other: 'Este libro se eliminó en otro lugar. {count} cambios de aquí no se enviaron.'
  },
  'sync.conflicted': 'Dos versiones',
  'sync.device_revoked': {
    zero: 'Se cerró la sesión de este dispositivo en este libro.',
    one: 'Se cerró la sesión de este dispositivo en este libro. {count} cambio de aquí no se envió.',
    many: 'Se cerró la sesión de este dispositivo en este libro. {count} de cambios de aquí no se enviaron.',
    other: 'Se cerró la sesión de este dispositivo en este libro. {count} cambios de aquí no se enviaron.'
  },
  'sync.error': 'La sincronización no funciona en este momento. Todo está guardado aquí.',
  'sync.hydrating': 'Trayendo tu libro …',
  'sync.hydrating_share': 'Trayendo tu libro: {share} %',
  'sync.local': 'Solo en este dispositivo',
  'sync.needs_sign_in': {
    zero: 'Inicia sesión para sincronizar',
    one: 'Inicia sesión para enviar {count} cambio',
    many: 'Inicia sesión para enviar {count} de cambios',
    other: 'Inicia sesión para enviar {count} cambios'
  },
  'sync.offline': 'Sin conexión. Todo funciona.',
  'sync.offline_unsent': {
    one: 'Sin conexión. {count} cambio está guardado aquí y espera a la red.',
    many: 'Sin conexión. {count} de cambios están guardados aquí y esperan a la red.',
    other: 'Sin conexión. {count} cambios están guardados aquí y esperan a la red.'
  },
  'sync.pending': 'Aún sin enviar',
  'sync.revoked': {
    zero: 'Ya no tienes acceso a este libro.',
    one: 'Ya no tienes acceso a este libro. {count} cambio de aquí no se envió.',
    many: 'Ya no tienes acceso a este libro. {count} de cambios de aquí no se enviaron.',
    other: 'Ya no tienes acceso a este libro. {count} cambios de aquí no se enviaron.'
  },
  'sync.saved_here': 'Guardado en este dispositivo',
  'sync.sending': { zero: 'Buscando novedades …', one: 'Enviando {count} cambio …', many: 'Enviando {count} de cambios …', other: 'Enviando {count} cambios …' },
  'sync.up_to_date': 'Al día',
  'sync.up_to_date_since': 'Al día, {when}',
  'sync.upgrade': {
    zero: 'Hace falta una versión más nueva de la app para sincronizar.',
    one: 'Guardado aquí. Hace falta una versión más nueva de la app para enviar {count} cambio.',
    many: 'Guardado aquí. Hace falta una versión más nueva de la app para enviar {count} de cambios.',
    other: 'Guardado aquí. Hace falta una versión más nueva de la app para enviar {count} cambios.'
  },

  'unsent.anew': 'Para abrir el libro de nuevo, quítalo antes de aquí.',
  'unsent.keep': {
    one: 'Guardar {count} cambio como archivo',
    many: 'Guardar {count} de cambios como archivo',
    other: 'Guardar {count} cambios como archivo'
  },
  'unsent.known': {
    one: 'El cambio de este archivo ya está',
    many: 'Los {count} de cambios de este archivo ya están',
    other: 'Los {count} cambios de este archivo ya están'
  },
  'unsent.not_a_file': 'Esto no es un archivo de cambios sin enviar.',
  'unsent.note': 'Un cambio está a salvo cuando se envía. Si no es posible, puede ir en un archivo, que no está cifrado.',
  'unsent.remove': 'Quitar este libro de este dispositivo',
  'unsent.remove_now': 'Quitar',
  'unsent.remove_text': 'Todo lo de este libro se quita de este dispositivo.',
  'unsent.remove_unsent': {
    one: 'Todo lo de este libro se quita de este dispositivo, con {count} cambio sin enviar. Guárdalo antes como archivo.',
    many: 'Todo lo de este libro se quita de este dispositivo, con {count} de cambios sin enviar. Guárdalos antes como archivo.',
    other: 'Todo lo de este libro se quita de este dispositivo, con {count} cambios sin enviar. Guárdalos antes como archivo.'
  },
  'unsent.take': 'Traer un archivo de cambios',
  'unsent.take_text': 'Lo que otro dispositivo no pudo enviar. Nada se añade dos veces.',
  'unsent.taken': { one: '{count} cambio añadido', many: '{count} de cambios añadidos', other: '{count} cambios añadidos' },
  'unsent.title': 'Cambios sin enviar',

  'update.ready': 'Hay una versión nueva',
  'update.take': 'Reiniciar',

  'who.deleted': 'Alguien que eliminó su cuenta',
  'who.device': 'en {name}',
  'who.import': 'por una importación',
  'who.on': '{who}, {where}',
  'who.other_device': 'en otro dispositivo',
  'who.program': 'por otro programa',
  'who.somebody': 'Otra persona',
  'who.this_device': 'en este dispositivo',
  'who.you': 'Tú'
};
