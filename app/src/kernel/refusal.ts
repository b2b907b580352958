/** A refusal: what people get wrong, with a code from the closed list in spec/refusals.json. */

export type Params = Record<string, string | number>;

/**
 * Both a value (rules return it) and an error (commands throw it).
 * `field` is the document's field it is about; `detail` one English sentence on this very value;
 * `params` are the numbers and names to show in the user's language.
 */
export class Refusal extends Error {
  readonly code: string;
  readonly field: string | null;
  readonly detail: string;
  readonly params: Params;

  constructor(code: string, field: string | null = null, detail = '', params: Params = {}) {
    super(`${code}${field ? ` (${field})` : ''}${detail ? `: ${detail}` : ''}`);
    this.name = 'Refusal';
    this.code = code;
    this.field = field;
    this.detail = detail;
    this.params = params;
  }
}
