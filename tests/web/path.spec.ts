import { readFile } from 'node:fs/promises';
import { expect, test } from './app.ts';

test('the whole path with the practice model, with the network cut, in less than a minute', async ({ app, page }) => {
  const begun = Date.now();
  await app.open();
  await expect(page.getByText('nothing is sent').first()).toBeVisible();
  await expect(app.button('Watch it improve')).toBeEnabled();
  await expect(page.getByText('This server has none')).toBeVisible();
  await app.cutNetwork();

  await app.button('Watch it improve').click();
  await expect(page.getByRole('heading', { name: 'Optimize' })).toBeVisible();
  await expect(page.locator('.runmeta')).toContainText('practice model');
  const runStart = await page.evaluate(() => performance.now());
  await expect(page.locator('.pt')).not.toHaveCount(0);
  await app.finished();

  const summary = page.getByLabel('Summary');
  await expect(summary).toContainText('Held-out, 84 unseen rows');
  const [before = 0, after = 0] = (await summary.locator('.big').innerText()).match(/\d+(\.\d+)?/g)!.map(Number);
  expect(after).toBeGreaterThan(before + 10);
  await expect(summary).toContainText('Better than the seed.');
  await expect(summary).toContainText(/95 % \+\d+\.\d to \+\d+\.\d/);
  await expect(page.getByRole('region', { name: 'Candidates and rows' }).locator('tbody tr')).toHaveCount(12);
  const shifts = (await app.seen()).shifts.filter((shift) => shift.time > runStart);
  expect(shifts, 'nothing moves while data arrives').toEqual([]);

  await page.getByRole('link', { name: /^Ship #/ }).click();
  await expect(page.getByRole('heading', { name: 'Ship', exact: true })).toBeVisible();
  await expect(page.locator('.head')).toContainText(`${after}`);
  const [download] = await Promise.all([page.waitForEvent('download'), app.button(/^Download/).click()]);
  expect(download.suggestedFilename()).toBe('kinds_of_question.json');
  const state = JSON.parse(await readFile(await download.path(), 'utf8'));
  expect(state.demos.length).toBeGreaterThan(0);
  expect(Object.keys(state)).toEqual(
    expect.arrayContaining(['traces', 'train', 'demos', 'signature', 'lm', 'metadata']),
  );
  expect(state.signature.instructions).toBe('Name the kind of answer the question asks for.');

  await page.getByRole('tab', { name: 'TypeScript' }).click();
  await expect(page.getByLabel('kinds_of_question.ts')).toContainText("from 'strop'");
  await page.getByRole('tab', { name: 'Python' }).click();
  await expect(page.getByLabel('kinds_of_question.py')).toContainText('program.load("kinds_of_question.json")');
  await app.button(/^Run$/).click();
  await expect(page.locator('.out')).toContainText(/answered in/);
  expect(Date.now() - begun).toBeLessThan(60_000);
  expect(app.failed, 'nothing is asked of the network').toEqual([]);
});

test('the loaded example is what Start says it is', async ({ app, page }) => {
  await app.open();
  await expect(page.getByText('84 of the 240 stay locked')).toBeVisible();
  await app.go('data');
  await expect(page.getByText('108 to learn from, 48 to choose with, 84 locked for the end')).toBeVisible();
  await page.getByLabel('Project', { exact: true }).selectOption('Product names');
  await expect(page.getByLabel('Rows. Arrow keys choose one')).toContainText('standing desk');
  await app.go('program');
  await expect(page.getByRole('textbox', { name: 'Signature' })).toHaveValue('message -> product');
});

test('the three optimizers run', async ({ app, page }) => {
  await app.open();
  for (const name of ['LabeledFewShot', 'BootstrapFewShot']) {
    await app.go('optimize/pre');
    await page.getByLabel('Optimizer').selectOption(name);
    await page.getByLabel('Slow enough to watch').uncheck();
    const calls = await page.locator('.est dd b').nth(1).innerText();
    await app.button('Start the run').click();
    await expect(page.locator('.runmeta')).toContainText(name);
    await app.finished();
    await expect(page.locator('.pt')).toHaveCount(2);
    const made = Number((await page.locator('.spend b').innerText()).replace(',', ''));
    const [least = 0, most = least] = calls.split(' to ').map((n) => Number(n.replace(',', '')));
    expect(made).toBeGreaterThanOrEqual(least);
    expect(made).toBeLessThanOrEqual(most);
  }
});

test('stop keeps the best, which can then be tested and shipped', async ({ app, page }) => {
  await app.open();
  await app.button('Watch it improve').click();
  await expect.poll(() => page.locator('.pt').count(), { timeout: 20_000 }).toBeGreaterThan(2);
  const best = await app.figure('Best on validation');
  await app.button(/^Stop/).click();
  await expect(page.locator('.runmeta .chip')).toHaveText('stopped');
  expect(await app.figure('Best on validation')).toBeGreaterThanOrEqual(best);
  await expect(page.getByLabel('Summary')).toContainText('It has not been tested on the 84 locked rows');

  await app.button(/^Test #\d+ now$/).click();
  await expect(page.getByLabel('Summary')).toContainText('Held-out, 84 unseen rows');
  await app.go('ship');
  await expect(page.locator('.head')).toContainText('Held-out');
  const state = JSON.parse(await page.getByLabel('kinds_of_question.json').innerText());
  expect(state.demos.length).toBeGreaterThan(0);
});

test('pause pauses, and the run goes on to the same end', async ({ app, page }) => {
  await app.open();
  await app.button('Watch it improve').click();
  await expect.poll(() => app.figure('Calls')).toBeGreaterThan(20);
  await app.button('Pause').click();
  await expect(page.locator('.runmeta .chip')).toHaveText('paused');
  await expect(page.locator('.lane .lk')).toContainText('0 in flight');
  const paused = await app.figure('Calls');
  await page.waitForTimeout(700);
  expect(await app.figure('Calls')).toBe(paused);
  await app.button('Go on').click();
  await app.button('Full speed').click();
  await app.finished();
  await expect(page.getByLabel('Summary')).toContainText('Held-out');
});

test('a budget of calls is never exceeded', async ({ app, page }) => {
  await app.open();
  await app.go('optimize/pre');
  await page.getByLabel('Calls, at most').fill('300');
  await page.getByLabel('Calls, at most').blur();
  await page.getByLabel('Slow enough to watch').uncheck();
  await app.button('Start the run').click();
  await expect(page.locator('.runmeta .chip')).not.toHaveText('running', { timeout: 30_000 });
  expect(Number(await page.locator('.spend b').innerText())).toBeLessThanOrEqual(300);
  await expect(page.getByLabel('Summary')).toContainText('Held-out, 84 unseen rows');
});

test('the scrubber replays the log, and choosing a candidate chooses it everywhere', async ({ app, page }) => {
  await app.open();
  await app.button('Watch it improve').click();
  await app.button('Full speed').click();
  await app.finished();
  const all = await page.locator('.pt').count();
  await page.getByLabel('Replay position, in calls').fill('200');
  await expect.poll(() => page.locator('.pt').count()).toBeLessThan(all);
  await page.getByLabel('Replay position, in calls').press('End');
  await expect(page.locator('.pt')).toHaveCount(all);

  await page.getByRole('region', { name: 'Candidates and rows' }).getByRole('button', { name: /^#1 / }).click();
  await expect(page.getByLabel('Candidate', { exact: true }).getByRole('heading', { name: '#1' })).toBeVisible();
  await expect(page.locator('#pt-1')).toHaveAttribute('aria-pressed', 'true');
  await app.button(/As table/).click();
  await expect(page.getByRole('region', { name: 'Candidates as a table' }).locator('tbody tr')).toHaveCount(all);
});
