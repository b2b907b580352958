// Any two days in Stats, chosen by hand: in any order, by typing too, and with the sums of their transactions.
import { expect, test } from 'vitest';
import { go } from './harness.ts';
import { newcomer } from './newcomer.ts';
import { served } from './served.ts';

const at = served();

test('any two days are chosen by hand, in any order, and their sums are those of their transactions', async () => {
  const year = new Date().getFullYear() - 2;
  const { context, page, rest, press } = await newcomer(at, {
    fill: async (rest, account_id) => {
      const put = (day: string, amount_minor: number, kind = 'expense') => rest.ask('POST', 'transactions', { kind, account_id, amount_minor, day: `${year}-${day}` });
      // the first and the last day belong to them, the ones before and after do not
      for (const [day, minor] of [['03-09', 701], ['03-10', 1_100], ['04-01', 2_300], ['04-02', 409]] as const) await put(day, minor);
      await put('03-31', 5_000, 'income');
    }
  });
  const card = (title: string) => page.getByRole('region', { name: title, exact: true });
  const [from, to] = [page.getByLabel('From', { exact: true }), page.getByLabel('To', { exact: true })];
  const days = async () => [await from.inputValue(), await to.inputValue()] as [string, string];
  /** What the transactions of these days come to, which the sums have to agree with. */
  const agree = async ([first, last]: [string, string]) => {
    await expect.poll(days).toEqual([first, last]);
    const { items } = await rest.get<{ items: { kind: string; day: string; amount_minor: number }[] }>('transactions?limit=500');
    const sum = (kind: string) => items.filter((one) => one.kind === kind && one.day >= first && one.day <= last).reduce((minor, one) => minor + one.amount_minor, 0);
    const [income, expense] = [sum('income'), sum('expense')];
    const cells = () => card('Compared').locator('tbody tr td:nth-of-type(1) bdi:first-of-type').allTextContents();
    await expect.poll(async () => (await cells()).map((text) => Math.round(Number(text.replace(/[^\d.]/g, '')) * 100))).toEqual([income, expense, Math.abs(income - expense)]);
    return [income, expense];
  };
  await go(page, '/stats');
  await page.getByRole('radio', { name: 'Period', exact: true }).check({ force: true });
  await to.fill(`${year}-04-01`);
  // a day before the first takes it along: no period ends before it begins
  expect(await agree([`${year}-04-01`, `${year}-04-01`])).toEqual([0, 2_300]);
  await from.fill(`${year}-03-10`);
  expect(await agree([`${year}-03-10`, `${year}-04-01`])).toEqual([5_000, 3_400]);
  await card('Where money goes').getByText('€34.00 in all.').waitFor();
  await card('Trend by type').getByText('On average €2.17 come in and €1.48 go out a day.').waitFor();
  // on its way to what is meant a day passes the other one, which is not moved by it
  await from.fill(`${year}-09-09`);
  await expect.poll(days).toEqual([`${year}-09-09`, `${year}-09-09`]);
  await from.fill(`${year}-03-09`);
  expect(await agree([`${year}-03-09`, `${year}-04-01`])).toEqual([5_000, 4_101]);
  // the year is typed digit by digit
  await to.focus();
  await page.keyboard.type(`0404${year}`);
  expect(await agree([`${year}-03-09`, `${year}-04-04`])).toEqual([5_000, 4_510]);
  await press('Later');
  expect(await agree([`${year}-04-05`, `${year}-05-01`])).toEqual([0, 0]);
  await context.close();
});
