/** The address that was typed on one of the screens before a book: the others begin with it (WCAG 2.2: 3.3.7). */
export const typed = { email: '' };
