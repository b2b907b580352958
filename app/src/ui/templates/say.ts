/** A template in words. Pure. */
import { t } from '$src/messages';
import type { TemplateView } from '$src/outlay';
import { money } from '../format';
import { fromTo } from '../transaction';

/** Every fact of it, to be shown side by side. */
export function templateWords(template: TemplateView): string {
  const { kind, name, amount_minor, currency, account_name, to_account_name, category_name, payee_name } = template;
  const way = kind === 'transfer' && account_name && to_account_name ? fromTo(account_name, to_account_name) : account_name;
  const words = [kind === 'expense' ? null : t(`kind.${kind}`), amount_minor !== null && currency ? money(amount_minor, currency) : null, payee_name, category_name, way];
  return words.filter((word) => word && word !== name).join(' · ');
}
