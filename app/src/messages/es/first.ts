/** Spanish: the first screens: what is said before a book is open. A plural has one string per form, chosen by `count`. */
import type { Words } from '..';

export const words: Words = {
  'action.back': 'Atrás',
  'action.close': 'Cerrar',
  'action.undo': 'Deshacer',

  'day.today': 'Hoy',
  'day.yesterday': 'Ayer',

  'error.general': 'No ha funcionado. No se ha cambiado nada.',

  'language.choose': 'Idioma',

  'missing.name': 'Ponle un nombre.',

  'period.fiscal': '{from}/{to}',

  'server.change': 'Otro servidor',

  'sign.email': 'Correo electrónico',
  'sign.email_wrong': 'Esto no parece una dirección de correo.',
  'sign.have_account': '¿Ya tienes una cuenta?',
  'sign.in': 'Iniciar sesión',
  'sign.in_again': 'Por seguridad, escribe otra vez tu contraseña. Todo sigue en este dispositivo.',
  'sign.in_text': 'Tu libro llega a este dispositivo y se queda aquí, también sin conexión.',
  'sign.in_title': 'Hola de nuevo',
  'sign.name': 'Tu nombre',
  'sign.no_account': '¿Aún no tienes cuenta?',
  'sign.password': 'Contraseña',
  'sign.password_hint': {
    one: 'Al menos {count} carácter.',
    many: 'Al menos {count} de caracteres. Cuanto más larga, mejor.',
    other: 'Al menos {count} caracteres. Cuanto más larga, mejor.'
  },
  'sign.password_short': { one: 'Al menos {count} carácter.', many: 'Al menos {count} de caracteres.', other: 'Al menos {count} caracteres.' },
  'sign.sending': 'Un momento …',
  'sign.show': 'Mostrar la contraseña',
  'sign.up': 'Crear cuenta',
  'sign.up_attach': 'Todo lo que hay en tu libro viene contigo.',
  'sign.up_text': 'Una cuenta para todos tus dispositivos.',
  'sign.up_title': 'Crea tu cuenta',

  'start.begin': 'Empezar con',
  'start.blank': 'Un libro en blanco',
  'start.blank_text': 'Las categorías habituales, nada más.',
  'start.currency': 'Moneda principal',
  'start.import': 'Un archivo de mi banco',
  'start.import_text': 'CSV, OFX o QFX. Requiere una cuenta.',
  'start.sample': 'Datos de ejemplo',
  'start.sample_text': 'Un hogar para echar un vistazo. Bórralo cuando quieras.',
  'start.text': 'Todo se queda en este dispositivo. Puedes añadir una cuenta más tarde.',
  'start.title': 'Tu primer libro',
  'start.working': 'Preparando tu libro …',

  'time.just_now': 'ahora mismo',

  'toast.undone': 'Deshecho',

  'welcome.fast': 'Un gasto en tres segundos.',
  'welcome.offline': 'Todo funciona sin conexión.',
  'welcome.private': 'Cifrado en tu dispositivo. Tuyo para llevar.',
  'welcome.sign_in': 'Iniciar sesión',
  'welcome.sign_up': 'Crear cuenta',
  'welcome.text': 'Un libro para todo tu dinero, en todos tus dispositivos.',
  'welcome.title': 'Sabe adónde va tu dinero.',
  'welcome.without': 'Probar sin cuenta'
};
