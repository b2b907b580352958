/** German: what people see of sync: its state, Attention, history, what is unsent. */
import type { Words } from '..';

export const sync: Words = {
  'attention.choice_discard': 'Verwerfen',
  'attention.choice_keep': 'So lassen',
  'attention.choice_restore': 'Zurückholen',
  'attention.choice_retry': 'Noch einmal versuchen',
  'attention.choice_use_other': 'Andere nehmen',
  'attention.deleted_by': 'Gelöscht von: {who} · {when}',
  'attention.deleted_over_edit': 'Hier gelöscht, anderswo geändert',
  'attention.done_discard': 'Verworfen',
  'attention.done_keep': 'So gelassen',
  'attention.done_restore': 'Zurückgeholt',
  'attention.done_retry': 'Wird noch einmal gesendet',
  'attention.done_use_other': 'Die andere Fassung wurde genommen',
  'attention.edit_on_deleted': 'Hier geändert, anderswo gelöscht',
  'attention.edit': 'Bearbeiten und noch einmal versuchen',
  'attention.field': 'Feld',
  'attention.kept': 'Jetzt',
  'attention.none': 'Nichts braucht dich',
  'attention.none_text': 'Ändern zwei Geräte dasselbe, stehen hier beide Fassungen.',
  'attention.other': 'Die andere',
  'attention.overwritten': 'Auf zwei Geräten geändert',
  'attention.parked': 'Der Server konnte das noch nicht annehmen',
  'attention.refused': 'Der Server hat das nicht angenommen ({code}).',
  'attention.rejected': 'Der Server hat das nicht angenommen',
  'attention.text': 'Zwei Fassungen derselben Sache, oder eine Änderung, die nicht angenommen wurde. Was verloren ging, wird angeboten.',
  'attention.title': 'Zu klären',

  'bare.begin': 'Buch einrichten',
  'bare.text': 'Es wurde auf einem anderen Gerät begonnen, das bisher nichts gesendet hat. Wenn du das Gerät hast, öffne Outlay dort mit Netz. Wenn es weg ist, richte das Buch hier ein.',
  'bare.title': 'Von diesem Buch ist noch nichts da',

  'entity.account': 'Ein Konto',
  'entity.category': 'Eine Kategorie',
  'entity.payee': 'Ein Empfänger',
  'entity.rate': 'Ein Kurs',
  'entity.settings': 'Die Einstellungen des Buchs',
  'entity.tag': 'Ein Tag',
  'entity.transaction': 'Eine Buchung',

  'failed.coming': 'Dein Buch ist unterwegs. Eine Ausgabe kannst du schon eintragen.',
  'failed.text': 'Das ließ sich gerade nicht lesen. Es wurde nichts geändert.',

  'history.away': 'Gerade nicht zu haben',
  'history.away_text': 'Hier wurde in den letzten 30 Tagen nichts geändert. Was davor und anderswo geschah, bewahrt der Server.',
  'history.change': '{before} → {after}',
  'history.create': 'Hinzugefügt',
  'history.delete': 'Gelöscht',
  'history.offline': 'Ältere Änderungen und die von anderen brauchen das Netz.',
  'history.restore': 'Zurückgeholt',
  'history.set': 'Geändert',
  'history.title': 'Verlauf',
  'history.undo': 'Zurücknehmen',

  'partial.here': 'Dein Buch wird noch geholt: Die Summen sind noch nicht vollständig.',
  'partial.server': 'Dein Buch wird noch geholt: Diese Summen hat der Server berechnet.',

  'role.editor': 'Du kannst bearbeiten',
  'role.owner': 'Deins',
  'role.viewer': 'Du kannst ansehen',

  'sync.attention': { one: '{count} Sache ist zu klären', other: '{count} Dinge sind zu klären' },
  'sync.book_deleted': {
    zero: 'Dieses Buch wurde anderswo gelöscht.',
    one: 'Dieses Buch wurde anderswo gelöscht. {count} Änderung von hier wurde nicht gesendet.',
    other: 'Dieses Buch wurde anderswo gelöscht. {count} Änderungen von hier wurden nicht gesendet.'
  },
  'sync.conflicted': 'Zwei Fassungen',
  'sync.device_revoked': {
    zero: 'Dieses Gerät wurde von diesem Buch abgemeldet.',
    one: 'Dieses Gerät wurde von diesem Buch abgemeldet. {count} Änderung von hier wurde nicht gesendet.',
    other: 'Dieses Gerät wurde von diesem Buch abgemeldet. {count} Änderungen von hier wurden nicht gesendet.'
  },
  'sync.error': 'Synchronisieren geht im Moment nicht. Alles bleibt hier bewahrt.',
  'sync.hydrating': 'Dein Buch wird geholt …',
  'sync.hydrating_share': 'Dein Buch wird geholt: {share} %',
  'sync.local': 'Nur auf diesem Gerät',
  'sync.needs_sign_in': { zero: 'Melde dich an, um zu synchronisieren', one: 'Melde dich an, um {count} Änderung zu senden', other: 'Melde dich an, um {count} Änderungen zu senden' },
  'sync.offline': 'Offline. Alles funktioniert.',
  'sync.offline_unsent': {
    one: 'Offline. {count} Änderung ist hier gesichert und wartet auf das Netz.',
    other: 'Offline. {count} Änderungen sind hier gesichert und warten auf das Netz.'
  },
  'sync.pending': 'Noch nicht gesendet',
  'sync.revoked': {
    zero: 'Du hast keinen Zugriff mehr auf dieses Buch.',
    one: 'Du hast keinen Zugriff mehr auf dieses Buch. {count} Änderung von hier wurde nicht gesendet.',
    other: 'Du hast keinen Zugriff mehr auf dieses Buch. {count} Änderungen von hier wurden nicht gesendet.'
  },
  'sync.saved_here': 'Auf diesem Gerät gesichert',
  'sync.sending': { zero: 'Neues wird gesucht …', one: '{count} Änderung wird gesendet …', other: '{count} Änderungen werden gesendet …' },
  'sync.up_to_date': 'Auf dem neuesten Stand',
  'sync.up_to_date_since': 'Aktuell, {when}',
  'sync.upgrade': {
    zero: 'Zum Synchronisieren braucht es eine neuere App.',
    one: 'Hier gesichert. Um {count} Änderung zu senden, braucht es eine neuere App.',
    other: 'Hier gesichert. Um {count} Änderungen zu senden, braucht es eine neuere App.'
  },

  'unsent.anew': 'Um das Buch neu zu öffnen, entferne es hier zuerst.',
  'unsent.keep': { one: '{count} Änderung als Datei sichern', other: '{count} Änderungen als Datei sichern' },
  'unsent.known': { one: 'Die Änderung dieser Datei ist schon da', other: 'Die {count} Änderungen dieser Datei sind schon da' },
  'unsent.not_a_file': 'Das ist keine Datei mit nicht gesendeten Änderungen.',
  'unsent.note': 'Eine Änderung ist sicher, wenn sie gesendet ist. Geht das nicht, kann sie über eine Datei gehen, die nicht verschlüsselt ist.',
  'unsent.remove': 'Dieses Buch von diesem Gerät entfernen',
  'unsent.remove_now': 'Entfernen',
  'unsent.remove_text': 'Alles aus diesem Buch wird von diesem Gerät entfernt.',
  'unsent.remove_unsent': {
    one: 'Alles aus diesem Buch wird von diesem Gerät entfernt, mit {count} nicht gesendeten Änderung. Sichere sie vorher als Datei.',
    other: 'Alles aus diesem Buch wird von diesem Gerät entfernt, mit {count} nicht gesendeten Änderungen. Sichere sie vorher als Datei.'
  },
  'unsent.take': 'Datei mit Änderungen einlesen',
  'unsent.take_text': 'Was ein anderes Gerät nicht senden konnte. Nichts kommt doppelt.',
  'unsent.taken': { one: '{count} Änderung eingelesen', other: '{count} Änderungen eingelesen' },
  'unsent.title': 'Nicht gesendete Änderungen',

  'update.ready': 'Eine neue Version ist da',
  'update.take': 'Neu starten',

  'who.deleted': 'Jemand, der sein Konto gelöscht hat',
  'who.device': 'auf {name}',
  'who.import': 'durch einen Import',
  'who.on': '{who}, {where}',
  'who.other_device': 'auf einem anderen Gerät',
  'who.program': 'durch ein anderes Programm',
  'who.somebody': 'Jemand anders',
  'who.this_device': 'auf diesem Gerät',
  'who.you': 'Du'
};
