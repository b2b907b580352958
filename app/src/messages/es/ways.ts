/** Spanish. Providers, passkeys and the list of ways in. */
import type { Words } from '..';

export const words: Words = {
  'ways.add': 'Añadir',
  'ways.add_passkey': 'Una llave de acceso para este dispositivo',
  'ways.add_title': 'Añadir otra forma',
  'ways.added': 'Añadida',
  'ways.again': 'Volver al inicio de sesión',
  'ways.broken': 'El inicio de sesión allí no ha funcionado. Inténtalo de nuevo.',
  'ways.confirm': 'Confirma que eres tú',
  'ways.confirm_text': 'Escribe tu contraseña y seguimos.',
  'ways.continue': 'Continuar con {name}',
  'ways.denied': 'Se canceló allí. No ha cambiado nada.',
  'ways.failed': 'No ha funcionado',
  'ways.finishing': 'Iniciando sesión …',
  'ways.key': 'Llave de acceso',
  'ways.late': 'Este inicio de sesión tardó demasiado o ya se usó. Empieza de nuevo.',
  'ways.name': 'Nombre de la llave de acceso',
  'ways.never': 'Sin usar todavía',
  'ways.offline': 'La lista de formas de iniciar sesión necesita conexión.',
  'ways.only': 'La única forma de entrar',
  'ways.or': 'o',
  'ways.passkey': 'Entrar con una llave de acceso',
  'ways.password': 'Contraseña',
  'ways.phone': 'Teléfono',
  'ways.remove': 'Quitar',
  'ways.remove_text': 'Nadie podrá entrar ya con ella. Donde tengas la sesión abierta, seguirá abierta.',
  'ways.remove_title': '¿Quitar esta forma de iniciar sesión?',
  'ways.text': 'Con cualquiera de ellas puedes entrar. Es más seguro tener dos.',
  'ways.title': 'Formas de iniciar sesión',
  'ways.used': 'Último uso: {when}'
};
