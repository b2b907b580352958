/** Spanish: first steps: the sample book, hints that are shown once, the language. */
import type { Words } from '..';

export const hints: Words = {
  'first.sample': 'Mira con datos de ejemplo',
  'first.sample_text': 'Cien días de un hogar. Se quitan con un toque.',

  'hint.dismiss': 'Entendido',
  'hint.keys': 'Pulsa ? para ver todos los atajos de teclado.',
  'hint.period': 'Desliza a un lado para ver el período anterior o el siguiente.',
  'hint.stats': 'Toca una porción o una columna para ver qué hay detrás.',
  'hint.swipe': 'Desliza una fila para editarla o eliminarla. Mantenla pulsada para elegir varias.',

  'language.browser': 'Como el navegador',
  'language.note': 'Se guarda en este dispositivo. Los números y las fechas siguen tu región.',

  'sample.remove': 'Quitar los datos de ejemplo',
  'sample.removed': 'Datos de ejemplo quitados',
  'sample.text': 'Mira con calma. Tus propios movimientos se quedan cuando los quites.',
  'sample.title': 'Estos son datos de ejemplo',

  'settings.language': 'Idioma'
};
