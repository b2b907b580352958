/** German: adding in one line, templates, and what comes round. */
import type { Words } from '..';

export const adding: Words = {

};
