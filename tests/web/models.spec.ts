import { expect, test } from './app.ts';
import { serve } from './server.mjs';

const key = 'sk-test-5f1d8c';
const kinds = ['person', 'place', 'time', 'number', 'reason', 'definition'];

/** A server that speaks chat completions and always knows the same answer, in the format that is asked for. */
const completion = (text: string) => ({
  json: {
    model: 'stub',
    choices: [{ message: { content: text }, text, finish_reason: 'stop' }],
    usage: { prompt_tokens: 100, completion_tokens: 5 },
  },
});

test('an endpoint is asked with the key, which is kept nowhere', async ({ app, page }) => {
  const seen: { path: string; key: string | undefined; model: string }[] = [];
  const provider = await serve({
    root: '/nowhere',
    answer: (body, request) => {
      seen.push({ path: request.url ?? '', key: request.headers.authorization, model: body?.model });
      if (request.headers.authorization !== `Bearer ${key}`)
        return { status: 401, json: { error: { message: 'bad key' } } };
      if (request.url === '/v1/models') return { json: { data: [{ id: 'stub-1' }, { id: 'stub-2' }] } };
      return completion('[[ ## kind ## ]]\nperson\n\n[[ ## completed ## ]]');
    },
  });
  await app.open();
  await app.button(/^Model: Practice model/).click();
  await page.getByRole('dialog').getByText('Your own endpoint').click();
  await page.getByRole('textbox', { name: 'Address' }).fill(`${provider.url}v1`);
  await page.getByRole('dialog').getByRole('combobox', { name: 'Model' }).fill('stub-1');
  await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill('wrong');
  await app.button('Try the address').click();
  await expect(page.getByRole('dialog')).toContainText('refused the key (401)');
  await page.getByRole('dialog').getByLabel('Key', { exact: true }).fill(key);
  await app.button('Try the address').click();
  await expect(page.getByRole('dialog')).toContainText('lists 2 models');
  await app.button('Use this endpoint').click();

  await app.go('optimize/pre');
  await page.getByLabel('Optimizer').selectOption('LabeledFewShot');
  await app.button('Start the run').click();
  await app.finished();
  await expect(page.getByLabel('Summary')).toContainText('Held-out');
  expect(seen.some((s) => s.path === '/v1/chat/completions' && s.model === 'stub-1')).toBe(true);
  await app.button(/^Network/).click();
  await expect(page.getByRole('dialog')).toContainText(new URL(provider.url).host);
  await page.keyboard.press('Escape');

  await app.go('ship');
  await page.getByRole('tab', { name: 'TypeScript' }).click();
  await expect(page.getByLabel('kinds_of_question.ts')).toContainText('stub-1');
  const kept = await page.evaluate(async () => {
    const databases = (await indexedDB.databases?.()) ?? [];
    return JSON.stringify([
      { ...localStorage },
      { ...sessionStorage },
      document.cookie,
      databases,
      document.documentElement.outerHTML,
      location.href,
    ]);
  });
  expect(kept).not.toContain(key);
  expect(app.complaints.join()).not.toContain(key);
  await provider.close();
});

test('a dead endpoint ends the run with one clear line, and nothing is lost', async ({ app, page }) => {
  await app.open();
  await app.button(/^Model: Practice model/).click();
  await page.getByRole('dialog').getByText('Your own endpoint').click();
  await page.getByRole('textbox', { name: 'Address' }).fill('http://127.0.0.1:9/v1');
  await page.getByRole('dialog').getByRole('combobox', { name: 'Model' }).fill('none');
  await app.button('Try the address').click();
  await expect(page.locator('.checkline .bad')).toBeVisible();
  await app.button('Use this endpoint').click();
  app.complaints.length = 0;
  await app.go('metric');
  await expect(page.getByText('Not asked yet')).toBeVisible(); // calls that may cost are made only when asked for
});

test.describe('a server with a model', () => {
  test.use({
    model: {
      answer: (body) => {
        if (!body) return { json: { object: 'list', data: [{ id: 'small-local' }] } };
        if (typeof body.prompt !== 'string')
          return { status: 400, json: { error: { message: 'only completions here' } } };
        const asked = body.prompt.slice(body.prompt.lastIndexOf('Question:')).toLowerCase();
        const kind = /who|name/.test(asked)
          ? 'person'
          : /where|which (city|country)/.test(asked)
            ? 'place'
            : /when|year/.test(asked)
              ? 'time'
              : kinds[3];
        return completion(` ${kind}`);
      },
    },
  });
  test('is found, and asked to continue compact prompts', async ({ app, page }) => {
    await app.open();
    await expect(page.getByText('small-local, served beside this page')).toBeVisible();
    await page.getByText('Model on this machine').click();
    await expect(app.button(/^Model: small-local/)).toBeVisible();
    await app.go('program');
    await expect(page.getByRole('tabpanel', { name: /Messages/ })).toContainText('Question:');
    await expect(page.locator('.msg-h')).toContainText('to be continued');
    await app.go('optimize/pre');
    await page.getByLabel('Optimizer').selectOption('LabeledFewShot');
    await app.button('Start the run').click();
    await app.finished();
    await expect(page.getByLabel('Summary')).toContainText('Held-out');
  });
});
