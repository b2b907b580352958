/** The words outside of the page, of every language at once: for what builds the app and its shells, never for the page. */
import { words as ar } from './ar/shell.ts';
import { words as de } from './de/shell.ts';
import { shell as en } from './en/shell.ts';
import { words as es } from './es/shell.ts';
import { words as hi } from './hi/shell.ts';
import { words as zh } from './zh/shell.ts';
import type { Language } from './languages.ts';

export type ShellKey = keyof typeof en;

export const SHELL = { en, de, es, hi, ar, zh } as Record<Language, Record<ShellKey, string>>;
