import { expect, test } from 'vitest';
import { addressOf } from './shell.ts';

test.each([
  ['outlay.example', 'https://outlay.example'],
  ['  https://outlay.example/  ', 'https://outlay.example'],
  ['outlay.example:8443', 'https://outlay.example:8443'],
  ['http://localhost:8000', 'http://localhost:8000'],
  ['http://127.0.0.1:8000/', 'http://127.0.0.1:8000'],
  ['http://outlay.example', null],
  ['https://outlay.example/money', null],
  ['https://me:secret@outlay.example', null],
  ['ftp://outlay.example', null],
  ['not an address', null],
  ['', null]
])('%s is the address %s', (typed, address) => {
  expect(addressOf(typed)).toBe(address);
});
