/** German: photos and documents of transactions. */
import type { Words } from '..';

export const receipts: Words = {
  'filter.with_receipt': 'Mit Beleg',

  'receipt.add': 'Beleg hinzufügen',
  'receipt.away': 'Noch nicht auf diesem Gerät',
  'receipt.away_text': 'Er wird geholt, sobald der Server erreichbar ist.',
  'receipt.bytes_kb': '{size} kB',
  'receipt.bytes_mb': '{size} MB',
  'receipt.camera': 'Foto aufnehmen',
  'receipt.choose': 'Foto oder PDF',
  'receipt.deleted': 'Beleg gelöscht',
  'receipt.document': 'PDF-Dokument',
  'receipt.drop': 'Hier loslassen',
  'receipt.fetching': 'Wird geholt …',
  'receipt.kept': { one: 'Hier gesichert, wird hochgeladen', other: '{count} sind hier gesichert und werden hochgeladen' },
  'receipt.local': 'Auf diesem Gerät gesichert',
  'receipt.missing': 'Das Gerät, das ihn hat, hat ihn noch nicht hochgeladen.',
  'receipt.next': 'Nächster Beleg',
  'receipt.offline': 'Du bist offline.',
  'receipt.open': '{name} öffnen',
  'receipt.open_document': 'Dokument öffnen',
  'receipt.place': '{number} von {count}',
  'receipt.preparing': 'Wird vorbereitet …',
  'receipt.previous': 'Voriger Beleg',
  'receipt.refused': 'Der Server hat ihn nicht angenommen. Er ist nur auf diesem Gerät.',
  'receipt.remove': '{name} entfernen',
  'receipt.retry': 'Noch einmal versuchen',
  'receipt.save': 'Kopie sichern',
  'receipt.shown': 'Beleg',
  'receipt.title': 'Belege',
  'receipt.zoom_in': 'Größer',
  'receipt.zoom_out': 'Kleiner',

  'sync.files': {
    one: '{count} Beleg ist hier gesichert und wird hochgeladen.',
    other: '{count} Belege sind hier gesichert und werden hochgeladen.'
  }
};
