/** Spanish: photos and documents of transactions. */
import type { Words } from '..';

export const receipts: Words = {
  'filter.with_receipt': 'Con recibo',

  'receipt.add': 'Añadir un recibo',
  'receipt.away': 'Aún no está en este dispositivo',
  'receipt.away_text': 'Se trae en cuanto se pueda llegar al servidor.',
  'receipt.bytes_kb': '{size} kB',
  'receipt.bytes_mb': '{size} MB',
  'receipt.camera': 'Hacer una foto',
  'receipt.choose': 'Foto o PDF',
  'receipt.deleted': 'Recibo eliminado',
  'receipt.document': 'Documento PDF',
  'receipt.drop': 'Suéltalo aquí',
  'receipt.fetching': 'Trayendo …',
  'receipt.kept': {
    one: 'Guardado aquí, se subirá',
    many: '{count} están guardados aquí y se subirán',
    other: '{count} están guardados aquí y se subirán'
  },
  'receipt.local': 'Guardado en este dispositivo',
  'receipt.missing': 'El dispositivo que lo tiene aún no lo ha subido.',
  'receipt.next': 'Recibo siguiente',
  'receipt.offline': 'Estás sin conexión.',
  'receipt.open': 'Abrir {name}',
  'receipt.open_document': 'Abrir el documento',
  'receipt.place': '{number} de {count}',
  'receipt.preparing': 'Preparando …',
  'receipt.previous': 'Recibo anterior',
  'receipt.refused': 'El servidor no lo aceptó. Está solo en este dispositivo.',
  'receipt.remove': 'Quitar {name}',
  'receipt.retry': 'Reintentar',
  'receipt.save': 'Guardar una copia',
  'receipt.shown': 'Recibo',
  'receipt.title': 'Recibos',
  'receipt.zoom_in': 'Más grande',
  'receipt.zoom_out': 'Más pequeño',

  'sync.files': {
    one: '{count} recibo está guardado aquí y se subirá.',
    many: '{count} de recibos están guardados aquí y se subirán.',
    other: '{count} recibos están guardados aquí y se subirán.'
  }
};
