// What a screen keeps from somebody: axe's findings, text that does not fit when it is twice as large or the window is
// 320 pixels wide (WCAG 2.2: 1.4.4, 1.4.10), and what has the focus without being seen (2.4.7, 2.4.11).
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';

const AXE_SOURCE = readFile(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const LARGE = '200%';
const NARROW = 320;
/** From here on list and detail stand side by side. */
const WIDE = 900;
/** Stops of a round through a screen by Tab. */
const STOPS = 60;

interface AxeViolation {
  id: string;
  help: string;
  nodes: { html: string }[];
}

/** What axe finds on the page as it is, or in what lies over it. */
export async function axe(page: Page, { colours = false } = {}): Promise<string[]> {
  await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
  // Not as a script of the page, whose security policy allows none from outside.
  await page.evaluate(await AXE_SOURCE);
  // What is outside the window keeps the colours of the theme before until it is scrolled to.
  await page.addStyleTag({ content: '* { content-visibility: visible !important }' });
  const only = colours ? ', runOnly: ["color-contrast"]' : '';
  const top = '[...document.querySelectorAll("dialog:modal")].at(-1) ?? document';
  const violations = (await page.evaluate(`axe.run(${top}, { resultTypes: ["violations"]${only} }).then((found) => found.violations)`)) as AxeViolation[];
  return violations.map(({ id, help, nodes }) => `axe ${id}: ${help}: ${nodes[0]?.html.slice(0, 200)}`);
}

/**
 * All of it, in both themes, which differ in colours alone; `focus` goes through by Tab too. A window of a desktop is left as
 * it is: made narrow or with larger text, which the queries of its width are told too, it has a phone's screens.
 */
export async function lookAt(page: Page, where: string, found: string[], { focus = false } = {}): Promise<void> {
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    found.push(...(await axe(page, { colours: colorScheme === 'dark' })).map((what) => `${where} ${colorScheme}: ${what}`));
  }
  if (page.viewportSize()!.width < WIDE) found.push(...(await cramped(page)).map((what) => `${where}: ${what}`));
  if (focus) found.push(...(await unseenFocus(page)).map((what) => `${where}: ${what}`));
}

/** What is lost with text twice as large, and in a narrow window. The page is left as it was. */
export async function cramped(page: Page): Promise<string[]> {
  const size = page.viewportSize()!;
  const found: string[] = [];
  await page.evaluate((large) => document.documentElement.style.setProperty('font-size', large), LARGE);
  found.push(...(await cutOff(page)).map((what) => `at ${LARGE} text ${what}`));
  await page.evaluate(() => document.documentElement.style.removeProperty('font-size'));
  await page.setViewportSize({ ...size, width: NARROW });
  found.push(...(await cutOff(page)).map((what) => `at ${NARROW} px ${what}`));
  await page.setViewportSize(size);
  return found;
}

/** Text that leaves the window or its box, where no scrolling reaches it; not the dot between two statements, which a line does without at its ends (Dotted.svelte). */
async function cutOff(page: Page): Promise<string[]> {
  await page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
  return page.evaluate(() => {
    const found = new Set<string>();
    const root = document.scrollingElement!;
    if (root.scrollWidth > innerWidth + 1) found.add(`the page is ${root.scrollWidth} px wide in ${innerWidth}`);
    const words = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      const text = words.currentNode.textContent!.trim();
      const at = words.currentNode.parentElement!;
      if (text === '' || !at.checkVisibility({ opacityProperty: true, visibilityProperty: true }) || at.closest('.sr-only, .part > .dot, #svelte-announcer, svg, option, [inert], [hidden]')) continue;
      const range = document.createRange();
      range.selectNodeContents(words.currentNode);
      const box = range.getBoundingClientRect();
      if (box.width <= 1 || box.height <= 1) continue;
      let reachable = false;
      for (let one: Element | null = at; one !== null && one !== document.body; one = one.parentElement) {
        const { overflowX, textOverflow } = getComputedStyle(one);
        if (overflowX === 'auto' || overflowX === 'scroll' || textOverflow === 'ellipsis') reachable = true;
        if (reachable) break;
        const edge = one.getBoundingClientRect();
        if ((overflowX === 'hidden' || overflowX === 'clip') && edge.width > 1 && (box.right > edge.right + 2 || box.left < edge.left - 2)) {
          found.add(`“${text.slice(0, 40)}” is cut off`);
          reachable = true;
        }
      }
      if (!reachable && (box.right > innerWidth + 1 || box.left < -1)) found.add(`“${text.slice(0, 40)}” stands outside`);
    }
    for (const one of document.querySelectorAll('[class*=line-clamp]')) {
      if (one.checkVisibility() && one.scrollHeight > one.clientHeight + 4) found.add(`“${one.textContent.trim().slice(0, 40)}” ends in dots`);
    }
    return [...found];
  });
}

/** Goes through the screen by Tab: what has the focus is on the screen, marked, and not covered. */
export async function unseenFocus(page: Page): Promise<string[]> {
  const found = new Set<string>();
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  for (let stop = 0; stop < STOPS; stop += 1) {
    await page.keyboard.press('Tab');
    const problem = await page.evaluate(() => {
      const at = document.activeElement as HTMLElement | null;
      if (at === null || at === document.body) return 'end';
      const name = (at.getAttribute('aria-label') ?? (at as HTMLInputElement).labels?.[0]?.innerText ?? at.innerText ?? at.tagName).replace(/\s+/g, ' ').trim().slice(0, 50);
      // a radio or a file field of no size stands for the label around it
      const shown = at.getBoundingClientRect().width > 2 ? at : (at.closest('label') ?? (at as HTMLInputElement).labels?.[0] ?? at);
      const box = shown.getBoundingClientRect();
      const marked = [at, shown, at.parentElement, at.parentElement?.parentElement ?? null, at.closest('label'), at.nextElementSibling as HTMLElement | null].some((one) => {
        if (!one) return false;
        const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
        return (outlineStyle !== 'none' && outlineWidth !== '0px') || boxShadow !== 'none';
      }) || [at, ...at.children].some((one) => one instanceof SVGElement && getComputedStyle(one).stroke !== 'none');
      // the calendar's button inside such a field is the platform's, and so is its mark
      const own = /^(date|time)$/.test((at as HTMLInputElement).type ?? '') && !at.matches(':focus-visible');
      if (!marked && !own) return `the focus on “${name}” cannot be seen: ${at.outerHTML.slice(0, 120)}`;
      const [x, y] = [box.left + box.width / 2, box.top + box.height / 2];
      if (x < 0 || y < 0 || x > innerWidth || y > innerHeight) return `“${name}” has the focus outside of the window`;
      const over = document.elementFromPoint(x, y);
      if (over !== null && !shown.contains(over) && !over.contains(shown) && !at.contains(over)) {
        return `“${name}” has the focus under ${over.tagName.toLowerCase()}.${String(over.className).slice(0, 40)}`;
      }
      return at.tabIndex > 0 ? `“${name}” has a tabindex of its own` : null;
    });
    if (problem === 'end') break;
    if (problem !== null) found.add(problem);
  }
  return [...found];
}
