/** English. What people see of sync: its state, Attention, history, what is unsent. */
export const sync = {
  'attention.choice_discard': 'Let it go',
  'attention.choice_keep': 'Keep as it is',
  'attention.choice_restore': 'Bring it back',
  'attention.choice_retry': 'Try again',
  'attention.choice_use_other': 'Take the other',
  'attention.deleted_by': 'Deleted by: {who} · {when}',
  'attention.deleted_over_edit': 'Deleted here, changed elsewhere',
  'attention.done_discard': 'Let go',
  'attention.done_keep': 'Kept as it is',
  'attention.done_restore': 'Brought back',
  'attention.done_retry': 'Will be sent again',
  'attention.done_use_other': 'The other version was taken',
  'attention.edit_on_deleted': 'Changed here, deleted elsewhere',
  'attention.edit': 'Edit and try again',
  'attention.field': 'Field',
  'attention.kept': 'Now',
  'attention.none': 'Nothing needs you',
  'attention.none_text': 'When two devices change the same thing, both versions are shown here.',
  'attention.other': 'The other',
  'attention.overwritten': 'Changed on two devices',
  'attention.parked': 'The server could not take this yet',
  'attention.refused': 'The server did not take this ({code}).',
  'attention.rejected': 'The server did not take this',
  'attention.text': 'Two versions of the same thing, or a change that was not taken. What was lost is offered.',
  'attention.title': 'Needs attention',

  'bare.begin': 'Set up the book',
  'bare.text': 'It was begun on another device, which has sent nothing so far. If you have that device, open Outlay on it with a network. If it is gone, set the book up here.',
  'bare.title': 'Nothing has come of this book yet',

  'entity.account': 'An account',
  'entity.category': 'A category',
  'entity.payee': 'A payee',
  'entity.rate': 'A rate',
  'entity.settings': 'The settings of the book',
  'entity.tag': 'A tag',
  'entity.transaction': 'A transaction',

  'failed.coming': 'Your book is on its way. You can add an expense already.',
  'failed.text': 'This could not be read just now. Nothing was changed.',

  'history.away': 'Not to be had now',
  'history.away_text': 'Nothing was changed here in the last 30 days. What happened before, and elsewhere, is kept by the server.',
  'history.change': '{before} → {after}',
  'history.create': 'Added',
  'history.delete': 'Deleted',
  'history.offline': 'Older changes, and those of others, need the network.',
  'history.restore': 'Brought back',
  'history.set': 'Changed',
  'history.title': 'History',
  'history.undo': 'Take this back',

  'partial.here': 'Your book is still being fetched: sums are not whole yet.',
  'partial.server': 'Your book is still being fetched: the server worked these sums out.',

  'role.editor': 'You can edit',
  'role.owner': 'Yours',
  'role.viewer': 'You can look',

  'sync.attention': { one: '{count} thing needs your attention', other: '{count} things need your attention' },
  'sync.book_deleted': {
    zero: 'This book was deleted elsewhere.',
    one: 'This book was deleted elsewhere. {count} change here was not sent.',
    other: 'This book was deleted elsewhere. {count} changes here were not sent.'
  },
  'sync.conflicted': 'Two versions',
  'sync.device_revoked': {
    zero: 'This device was signed out of this book.',
    one: 'This device was signed out of this book. {count} change here was not sent.',
    other: 'This device was signed out of this book. {count} changes here were not sent.'
  },
  'sync.error': 'Syncing does not work at the moment. Everything is kept here.',
  'sync.hydrating': 'Fetching your book …',
  'sync.hydrating_share': 'Fetching your book: {share} %',
  'sync.local': 'Only on this device',
  'sync.needs_sign_in': { zero: 'Sign in to sync', one: 'Sign in to send {count} change', other: 'Sign in to sync {count} changes' },
  'sync.offline': 'Offline. Everything works.',
  'sync.offline_unsent': {
    one: 'Offline. {count} change is saved here and waits for the network.',
    other: 'Offline. {count} changes are saved here and wait for the network.'
  },
  'sync.pending': 'Not sent yet',
  'sync.revoked': {
    zero: 'You no longer have access to this book.',
    one: 'You no longer have access to this book. {count} change here was not sent.',
    other: 'You no longer have access to this book. {count} changes here were not sent.'
  },
  'sync.saved_here': 'Saved on this device',
  'sync.sending': { zero: 'Looking for what is new …', one: 'Sending {count} change …', other: 'Sending {count} changes …' },
  'sync.up_to_date': 'Up to date',
  'sync.up_to_date_since': 'Up to date, {when}',
  'sync.upgrade': {
    zero: 'A newer version of the app is needed to sync.',
    one: 'Saved here. A newer version of the app is needed to send {count} change.',
    other: 'Saved here. A newer version of the app is needed to send {count} changes.'
  },

  'unsent.anew': 'To open the book anew, remove it here first.',
  'unsent.keep': { one: 'Save {count} change as a file', other: 'Save {count} changes as a file' },
  'unsent.known': { one: 'The change of this file is there already', other: 'The {count} changes of this file are there already' },
  'unsent.not_a_file': 'This is not a file of changes that were not sent.',
  'unsent.note': 'A change is safe when it is sent. Where that is not possible, it can go by a file, which is not encrypted.',
  'unsent.remove': 'Remove this book from this device',
  'unsent.remove_now': 'Remove',
  'unsent.remove_text': 'Everything of this book is removed from this device.',
  'unsent.remove_unsent': {
    one: 'Everything of this book is removed from this device, with {count} change that was not sent. Save it as a file first.',
    other: 'Everything of this book is removed from this device, with {count} changes that were not sent. Save them as a file first.'
  },
  'unsent.take': 'Bring in a file of changes',
  'unsent.take_text': 'What another device could not send. Nothing is added twice.',
  'unsent.taken': { one: '{count} change brought in', other: '{count} changes brought in' },
  'unsent.title': 'Changes not sent',

  'update.ready': 'A new version is ready',
  'update.take': 'Restart',

  'who.deleted': 'Somebody who deleted their account',
  'who.device': 'on {name}',
  'who.import': 'by an import',
  'who.on': '{who}, {where}',
  'who.other_device': 'on another device',
  'who.program': 'by another program',
  'who.somebody': 'Somebody else',
  'who.this_device': 'on this device',
  'who.you': 'You'
};
