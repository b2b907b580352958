// Actual Budget's own web client in Chromium: signs in to its server, opens a budget that lies there, then an account.
// Prints one line of JSON, times in ms.
//
//   node bench/actual_web.ts SERVER_URL PASSWORD BUDGET
import { openDevice } from '../app/e2e/harness.ts';

const TIMEOUT_MS = 180_000;
const [url = '', password = '', name = ''] = process.argv.slice(2);

const device = await openDevice({ viewport: { width: 1280, height: 844 }, locale: 'en-GB' });
try {
  const page = await device.context.newPage();
  page.setDefaultTimeout(TIMEOUT_MS);
  await page.goto(url);
  await page.locator('input[type=password]').fill(password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  const budget = page.getByText(name, { exact: true });
  await budget.waitFor();
  await page.waitForTimeout(2_000);
  const begun = performance.now();
  await budget.click();
  const account = page.getByRole('link', { name: /Account \d|Current|Cash/ }).first();
  await account.waitFor();
  const open = performance.now() - begun;
  await account.click();
  await page.getByTestId('transaction-table').getByTestId('row').first().waitFor();
  const rows = performance.now() - begun;
  console.log(JSON.stringify({ open, rows }));
} finally {
  await device.close();
  process.exit();
}
