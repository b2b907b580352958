/** What a phone or a browser says outside of the page: shortcuts, why it asks, what the app is (shells/words.ts, app/manifests.ts). */
export const shell = {
  'shell.about': 'Your money, on your device and on your server.',
  'shell.add': 'Add expense',
  'shell.camera': 'To photograph a receipt for a transaction.',
  'shell.face': 'To open the app lock with your face.',
  'shell.pictures': 'To choose the picture of a receipt for a transaction.',
  'shell.transactions': 'Transactions'
} as const;
