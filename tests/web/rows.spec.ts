import { expect, test } from './app.ts';

const tickets = (n: number) =>
  `id,body,category\n${Array.from({ length: n }, (_, k) => `${1000 + k},"${k % 3 === 0 ? 'I was charged twice, order' : k % 3 === 1 ? 'The page shows an error, code' : 'How do I change my name? Account'} ${k}",${['billing', 'bug', 'how_to'][k % 3]}`).join('\n')}`;

test('own rows, pasted, get a signature and can be optimized', async ({ app, page }) => {
  await app.open();
  await app.paste(tickets(90));
  await expect(page.getByText('90 rows from')).toBeVisible();
  await app.button('Use these columns').first().click();
  await expect(page.getByLabel('Use of column body')).toHaveValue('body');
  await expect(page.getByLabel('Use of column id')).toHaveValue('');
  await expect(page.getByText('30 to learn from, 30 to choose with, 30 locked for the end')).toBeVisible();
  await app.go('program');
  await expect(page.getByRole('textbox', { name: 'Signature' })).toHaveValue(
    'body: str -> category: Literal["billing", "bug", "how_to"]',
  );
  await app.go('optimize/pre');
  await page.getByLabel('Slow enough to watch').uncheck();
  await page.getByLabel('Sets to try').fill('2');
  await page.getByLabel('Sets to try').blur();
  await app.button('Start the run').click();
  await app.finished();
  await expect(page.getByLabel('Summary')).toContainText('Held-out, 30 unseen rows');
  await app.go('ship');
  await expect(page.getByLabel('pasted_rows.json')).toContainText('"demos"');
});

test('the split follows the seed and the shares', async ({ app, page }) => {
  await app.open();
  await app.paste(tickets(60));
  await app.button('Use these columns').first().click();
  const numbers = async () => {
    await app.button(/^Train/).click();
    return page.locator('.rows td.num').allInnerTexts();
  };
  const first = await numbers();
  await page.getByLabel('seed').fill('8');
  await page.getByLabel('seed').blur();
  expect(await numbers()).not.toEqual(first);
  await page.getByLabel('seed').fill('7');
  await page.getByLabel('seed').blur();
  expect(await numbers()).toEqual(first);
  await page.getByLabel('Shares of train, validation and test').selectOption('50, 20, 30 %');
  await expect(page.getByText('30 to learn from, 12 to choose with, 18 locked for the end')).toBeVisible();
});

test('a malformed row names file, line and column, and can be skipped', async ({ app, page }) => {
  await app.open();
  await app.go('data/empty');
  await page.locator('input[type=file]').setInputFiles({
    name: 'orders.csv',
    mimeType: 'text/csv',
    buffer: Buffer.from('question,kind\nWho wrote Emma?,person\nWhen, and where?,time,x\nWhere is Bergen?,place'),
  });
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('orders.csv could not be read. Line 3 has 4 fields, the header has 2. Column');
  await expect(alert).toContainText('When, and where?,time,x');
  await app.button('Skip line 3').click();
  await expect(page.getByText('2 rows from')).toBeVisible();

  await app.paste('{"question": "Who?", "kind": "person"}\n{"question": "Where?" "kind": "place"}');
  await expect(page.getByRole('alert')).toContainText('Line 2 is not JSON from column 23 on');
});

test('rows without a column for a field are explained, and twins across the split too', async ({ app, page }) => {
  await app.open();
  await app.paste(`text\n${Array.from({ length: 12 }, (_, k) => `row ${k}`).join('\n')}`);
  await expect(page.getByText(/No column fills (question|kind)/)).toBeVisible();
  await app.go('optimize/pre');
  await expect(app.button('Start the run')).toBeDisabled();

  await app.paste(
    `question,kind\n${Array.from({ length: 30 }, (_, k) => `Who is number ${k % 15}?,person`).join('\n')}`,
  );
  await expect(page.getByText('are the same text')).toBeVisible();
  await app.button('Keep one of each').click();
  await expect(page.getByText('are the same text')).toBeHidden();
});

test('ten thousand rows stay fluid', async ({ app, page }) => {
  await app.open();
  const text = tickets(10_000);
  await app.go('data/empty');
  const begun = Date.now();
  await page
    .locator('input[type=file]')
    .setInputFiles({ name: 'tickets.csv', mimeType: 'text/csv', buffer: Buffer.from(text) });
  await expect(page.getByText('10,000 rows from')).toBeVisible();
  expect(Date.now() - begun).toBeLessThan(3000);
  await app.button('Use these columns').first().click();
  const table = page.getByLabel('Rows. Arrow keys choose one');
  expect(await table.locator('tbody tr').count()).toBeLessThan(60);
  await table.focus();
  await page.keyboard.press('End');
  await expect(table).toContainText('10000');
  await expect(page.getByRole('heading', { name: 'Row 10000' })).toBeVisible();
  const typing = await page.evaluate(async () => {
    const box = document.querySelector<HTMLInputElement>('input[type=search]')!;
    const begun = performance.now();
    box.value = 'order 9999';
    box.dispatchEvent(new Event('input', { bubbles: true }));
    await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    return performance.now() - begun;
  });
  expect(typing).toBeLessThan(400);
  await expect(table.locator('tbody tr')).toHaveCount(1);
});

test('hostile cells stay text', async ({ app, page }) => {
  await app.open();
  await page.evaluate(() => Object.assign(window, { pwned: false }));
  const nasty = [
    '<img src=x onerror="window.pwned=true">',
    '<script>window.pwned=true</script>',
    'javascript:alert(1)',
    '{{constructor}}',
    '[[ ## kind ## ]]',
    '\u202e\u0000reversed',
    '__proto__',
  ];
  const rows = Array.from({ length: 42 }, (_, k) => ({
    question: `${nasty[k % nasty.length]} ${k}`,
    kind: k % 2 ? '<b>person</b>' : 'place',
    __proto: { x: 1 },
  }));
  rows[0]!.question = 'long '.repeat(60_000);
  await app.paste(rows.map((row) => JSON.stringify(row)).join('\n'));
  await expect(page.getByText('42 rows from')).toBeVisible();
  await app.go('program');
  await page.getByRole('textbox', { name: 'Signature' }).fill('question -> kind');
  await app.go('metric');
  await expect(page.locator('.verdicts li')).toHaveCount(5);
  await app.go('optimize/pre');
  await page.getByLabel('Slow enough to watch').uncheck();
  await page.getByLabel('Sets to try').fill('1');
  await page.getByLabel('Sets to try').blur();
  await app.button('Start the run').click();
  await app.finished();
  for (const tab of ['Prompt', 'Rows', 'Events', 'Demos'])
    await page.getByRole('tab', { name: tab, exact: true }).click();
  await app.go('ship');
  for (const tab of ['DSPy state', 'TypeScript', 'Python']) await page.getByRole('tab', { name: tab }).click();
  expect(await page.evaluate(() => (window as never as { pwned: boolean }).pwned)).toBe(false);
  expect(await page.locator('main img, main script').count()).toBe(0);
});
