/** Keyboard shortcuts of the whole app; none works while something is typed or a dialog is open. */
import { goto } from '$app/navigation';
import { openEditor } from '../editor/request.svelte';

const PLACES: Record<string, string> = { h: '/', t: '/transactions', s: '/stats', a: '/accounts', ',': '/settings' };

export function shortcut(event: KeyboardEvent): void {
  const target = event.target as HTMLElement;
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
  if (target.closest('input, textarea, select, dialog, form, [contenteditable]')) return;
  if (event.key === 'n') {
    event.preventDefault();
    openEditor({ mode: 'add' });
  } else if (event.key === '/') {
    event.preventDefault();
    void goto('/transactions?search');
  } else if (PLACES[event.key]) {
    event.preventDefault();
    void goto(PLACES[event.key] as string);
  }
}
