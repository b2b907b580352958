/** English, the first screens: what is said before a book is open. A plural has one string per form, chosen by `count`. */
export const first = {
  'action.back': 'Back',
  'action.close': 'Close',
  'action.undo': 'Undo',

  'day.today': 'Today',
  'day.yesterday': 'Yesterday',

  'error.general': 'That did not work. Nothing was changed.',

  'language.choose': 'Language',

  'missing.name': 'Give it a name.',

  'period.fiscal': '{from}/{to}',

  'server.change': 'Another server',

  'sign.email': 'E-mail',
  'sign.email_wrong': 'This does not look like an e-mail address.',
  'sign.have_account': 'Already have an account?',
  'sign.in': 'Sign in',
  'sign.in_again': 'Please enter your password again. Everything is still on this device.',
  'sign.in_text': 'Your book comes to this device and stays here, also without a connection.',
  'sign.in_title': 'Welcome back',
  'sign.name': 'Your name',
  'sign.no_account': 'No account yet?',
  'sign.password': 'Password',
  'sign.password_hint': { one: 'At least {count} character.', other: 'At least {count} characters. Longer is better.' },
  'sign.password_short': { one: 'At least {count} character.', other: 'At least {count} characters.' },
  'sign.sending': 'One moment …',
  'sign.show': 'Show the password',
  'sign.up': 'Create account',
  'sign.up_attach': 'Everything in your book is taken along.',
  'sign.up_text': 'One account for all your devices.',
  'sign.up_title': 'Create your account',

  'start.begin': 'Begin with',
  'start.blank': 'A blank book',
  'start.blank_text': 'The usual categories, nothing else.',
  'start.currency': 'Main currency',
  'start.import': 'A file from my bank',
  'start.import_text': 'CSV, OFX or QFX. Needs an account.',
  'start.sample': 'Sample data',
  'start.sample_text': 'A household to look around in. Delete it any time.',
  'start.text': 'Everything stays on this device. An account can be attached later.',
  'start.title': 'Your first book',
  'start.working': 'Preparing your book …',

  'time.just_now': 'just now',

  'toast.undone': 'Undone',

  'welcome.fast': 'An expense in three seconds.',
  'welcome.offline': 'Everything works without a connection.',
  'welcome.private': 'Encrypted on your device. Yours to take along.',
  'welcome.sign_in': 'Sign in',
  'welcome.sign_up': 'Create account',
  'welcome.text': 'One book for all your money, on all your devices.',
  'welcome.title': 'Know where your money goes.',
  'welcome.without': 'Try without an account'
};
