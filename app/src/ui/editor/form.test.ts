// What was typed before the accounts came.
import { describe, expect, test } from 'vitest';
import type { AccountView, Settings } from '$src/outlay';
import { EditorForm } from './form.svelte';

const bank = { id: 'bank', archived: false, count: 0, last_day: null, currency: 'EUR' } as AccountView;
const settings = { default_kind: 'income', default_account_id: null, default_category_id: 'food' } as Settings;

describe('a form that was typed into before the accounts came', () => {
  test('takes what nobody chose from the book', () => {
    const form = new EditorForm();
    form.text = '75';
    const typed = form.snapshot();
    form.start(settings, [bank], {});
    form.resume(typed, false);
    expect([form.kind, form.text, form.account_id, form.category_id]).toEqual(['income', '75', 'bank', null]);
  });

  test('keeps the kind that was chosen, with its category', () => {
    const form = new EditorForm();
    form.text = '75';
    const typed = form.snapshot();
    form.start(settings, [bank], { kind: 'expense' });
    form.resume(typed, false);
    expect([form.kind, form.category_id]).toEqual(['expense', 'food']);
  });

  test.each([['bank', null], ['', 'food']])('a draft of account "%s" and without a category has then %s', (account_id, category_id) => {
    const form = new EditorForm();
    form.account_id = account_id;
    const typed = form.snapshot();
    form.start(settings, [bank], { kind: 'expense' });
    form.resume(typed, true);
    expect([form.account_id, form.category_id]).toEqual(['bank', category_id]);
  });
});
