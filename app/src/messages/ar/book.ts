/** Arabic: everything inside a book, a file for each part of the app. */
import type { Words } from '..';
import { adding } from './adding';
import { entry } from './entry';
import { hints } from './hints';
import { home } from './home';
import { list } from './list';
import { lock } from './lock';
import { plans } from './plans';
import { receipts } from './receipts';
import { settings } from './settings';
import { stats } from './stats';
import { sync } from './sync';
import { views } from './views';

export const words: Words = {
  ...adding,
  ...entry,
  ...hints,
  ...home,
  ...list,
  ...lock,
  ...plans,
  ...receipts,
  ...settings,
  ...stats,
  ...sync,
  ...views
};
