/** Spanish: what a phone or a browser says outside of the page. */
import type { Words } from '..';

export const words: Words = {
  'shell.about': 'Tu dinero, en tu dispositivo y en tu servidor.',
  'shell.add': 'Añadir gasto',
  'shell.camera': 'Para fotografiar el recibo de un movimiento.',
  'shell.face': 'Para abrir el bloqueo de la aplicación con tu cara.',
  'shell.pictures': 'Para elegir la imagen del recibo de un movimiento.',
  'shell.transactions': 'Movimientos'
};
