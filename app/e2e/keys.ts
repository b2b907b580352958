// A person who has only a keyboard: what has the focus, whether that can be seen, and getting somewhere by Tab.
import type { Page } from 'playwright-core';
import { expect } from 'vitest';

const TABS = 140;

interface Focus {
  name: string;
  seen: boolean;
}

export class Keys {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  /** What has the focus by its name, and whether a person can see that it has. */
  focus(): Promise<Focus> {
    return this.#page.evaluate(() => {
      const at = document.activeElement as HTMLElement;
      if (at === document.body) return { name: '', seen: true };
      const label = (at as HTMLInputElement).labels?.[0]?.textContent;
      const value = at instanceof HTMLInputElement && at.type === 'radio' ? at.labels?.[0]?.textContent : null;
      const name = (value ?? at.getAttribute('aria-label') ?? label ?? at.getAttribute('placeholder') ?? at.innerText ?? '').replace(/\s+/g, ' ').trim();
      const marked = (one: HTMLElement | null) => {
        if (!one) return false;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      };
      // a field inside a box that is marked for it; the calendar inside a field of a day has a mark of the platform's
      const own = at instanceof HTMLInputElement && /^(date|time)$/.test(at.type) && !at.matches(':focus-visible');
      // a mark of a chart
      const drawn = [at, ...at.children].some((one) => one instanceof SVGElement && getComputedStyle(one).stroke !== 'none');
      return { name, seen: own || drawn || marked(at) || marked(at.parentElement) || marked(at.closest('label')) };
    });
  }

  /** Tabs until something of this name has the focus. Fails when it never has, or when what has it cannot be seen. */
  async reach(name: RegExp, key = 'Tab'): Promise<void> {
    const passed: string[] = [];
    for (let step = 0; step < TABS; step += 1) {
      const at = await this.focus();
      if (name.test(at.name)) return;
      passed.push(at.name);
      await this.#page.keyboard.press(key);
      const now = await this.focus();
      expect(now.seen, `the focus on ${now.name} cannot be seen`).toBe(true);
    }
    throw new Error(`${name} is not reached by ${key}: ${passed.join(' | ')}`);
  }

  async press(name: RegExp): Promise<void> {
    await this.reach(name);
    await this.#page.keyboard.press('Enter');
  }

  async fill(name: RegExp, text: string): Promise<void> {
    await this.reach(name);
    await this.#page.keyboard.press('Control+A');
    await this.#page.keyboard.type(text);
  }

  /** In a list of choices, by the letters of its name. */
  async choose(name: RegExp, text: string): Promise<void> {
    await this.reach(name);
    await this.#page.keyboard.type(text);
  }

  async toggle(name: RegExp): Promise<void> {
    await this.reach(name);
    await this.#page.keyboard.press('Space');
  }

  /** The stops from here on in the open sheet, until they begin anew; those of one kind that follow each other count once. */
  async order(most = 40): Promise<string[]> {
    const names: string[] = [];
    for (let step = 0; step < most; step += 1) {
      const { name } = await this.focus();
      if (name === names[0]) break;
      if (name && name !== names.at(-1)) names.push(name);
      await this.#page.keyboard.press('Tab');
    }
    return names;
  }

  leaveFields(): Promise<void> {
    return this.#page.evaluate(() => (document.activeElement as HTMLElement).blur());
  }

  /** A shortcut of the app works where nothing is typed. */
  async shortcut(key: string): Promise<void> {
    await this.leaveFields();
    await this.#page.keyboard.press(key);
  }

  /** The command of the palette that begins so. */
  async command(text: string, first = new RegExp(text, 'i')): Promise<void> {
    await this.shortcut('Control+K');
    await this.#page.getByRole('combobox', { name: 'Commands and search' }).waitFor();
    await this.#page.keyboard.type(text);
    await this.#page.getByRole('option', { selected: true, name: first }).waitFor();
    await this.#page.keyboard.press('Enter');
  }

  /** Where the focus comes back to. */
  async back(name: RegExp): Promise<void> {
    await expect.poll(async () => (await this.focus()).name).toMatch(name);
  }
}
