// The screens that accessibility.test.ts leaves out.
import { look } from './accessibility.screens.ts';

look([
  '/stats', '/accounts', '/attention', '/budgets', '/settings/import',
  '/accounts/overview', '/schedules', '/settings/categories', '/settings/payees', '/settings/rates', '/settings/defaults', '/settings/look', '/settings/devices',
  '/settings/household', '/settings/privacy', '/settings/export', '/settings/account', '/settings/security', '/settings/ways', '/settings/lock'
]);
