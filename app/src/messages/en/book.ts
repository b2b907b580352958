/** English, everything inside a book: a file for each part of the app. A plural has one string per form, chosen by `count`. */
import { entry } from './entry';
import { list } from './list';
import { settings } from './settings';
import { stats } from './stats';
import { sync } from './sync';
import { views } from './views';

export const book = { ...entry, ...list, ...settings, ...stats, ...sync, ...views };
