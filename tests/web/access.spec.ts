import { AxeBuilder } from '@axe-core/playwright';
import type { Page } from '@playwright/test';
import { type App, expect, test } from './app.ts';

async function clean(page: Page, where: string): Promise<void> {
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    .analyze();
  expect(
    violations.map(({ id, nodes }) => `${where}: ${id} ${nodes.map((n) => n.target.join(' ')).join(' | ')}`),
    where,
  ).toEqual([]);
}

async function stops(app: App, page: Page): Promise<void> {
  await clean(page, 'start');
  for (const screen of ['program', 'data', 'metric', 'optimize/pre', 'ship']) {
    await app.go(screen);
    await page.waitForTimeout(250);
    await clean(page, screen);
  }
  await app.go('program');
  await page.getByRole('textbox', { name: 'Signature' }).fill('question -> kind: Litral["a"]');
  await expect(page.locator('.sigmsg.bad')).toBeVisible();
  await clean(page, 'program with an error');
  await app.button('Use Literal').click();
  await app.paste('a,b\n1,2,3');
  await expect(page.getByRole('alert')).toBeVisible();
  await clean(page, 'a file that fails');
  await page.getByLabel('Project', { exact: true }).selectOption('Kinds of question');

  await app.go('start');
  await app.button('Watch it improve').click();
  await expect.poll(() => page.locator('.pt').count()).toBeGreaterThan(1);
  await clean(page, 'running');
  await app.button('Pause').click();
  await expect(page.locator('.runmeta .chip')).toHaveText('paused');
  await clean(page, 'paused');
  await app.button('Go on').click();
  await app.finished();
  await clean(page, 'done');
  await app.button(/As table/).click();
  await clean(page, 'chart as table');
  await app.button(/As table/).click();
  await app.go('prompt');
  for (const tab of ['Prompt', 'Rows', 'Events', 'Demos']) {
    await page.getByRole('tab', { name: tab, exact: true }).click();
    await page.waitForTimeout(100);
    await clean(page, `candidate, ${tab}`);
  }
  await app.go('ship');
  await page.waitForTimeout(250);
  await clean(page, 'ship after a run');
  await page.keyboard.press('Control+k');
  await clean(page, 'palette');
  await page.keyboard.press('Escape');
  await app.button(/^Model:/).click();
  await clean(page, 'model sheet');
  await page.getByRole('dialog').getByText('Your own endpoint').click();
  await clean(page, 'endpoint form');
}

for (const theme of ['light', 'dark'] as const)
  for (const [name, viewport] of [
    ['wide', { width: 1440, height: 900 }],
    ['phone', { width: 390, height: 844 }],
  ] as const)
    test(`axe finds nothing at any stop: ${name}, ${theme}`, async ({ app, page }) => {
      test.setTimeout(120_000);
      await page.setViewportSize(viewport);
      await app.open({ theme });
      await stops(app, page);
    });

test('the whole path by keyboard alone', async ({ app, page }) => {
  await app.open();
  const press = (key: string) => page.keyboard.press(key);
  /** Tabs until the focus is on something with this name. */
  const reach = async (name: RegExp, key = 'Tab') => {
    for (let k = 0; k < 80; ++k) {
      await press(key);
      const focused = await page.evaluate(() => {
        const el = document.activeElement as HTMLElement | null;
        return el ? `${el.getAttribute('aria-label') ?? ''} ${el.innerText ?? ''}`.trim() : '';
      });
      if (name.test(focused)) return;
    }
    throw new Error(`${name} cannot be reached`);
  };
  await press('Tab');
  await expect(page.getByText('Skip to the screen')).toBeFocused();
  await press('Enter');
  await reach(/^Watch it improve/);
  await press('Enter');
  await reach(/^Full speed/);
  await press('Enter');
  await app.finished();
  await reach(/^Candidate \d+, score/);
  await press('Home');
  await expect(page.getByLabel('Candidate', { exact: true }).getByRole('heading', { name: '#0' })).toBeVisible();
  await press('ArrowRight');
  await expect(page.locator('#pt-1')).toBeFocused();
  await reach(/^Demos/);
  await press('ArrowRight');
  await press('ArrowRight');
  await expect(page.getByRole('tab', { name: 'Rows', exact: true })).toBeFocused();
  await expect(page.locator('.crows li')).toHaveCount(48);
  await press('Control+k');
  await page.keyboard.type('ship');
  await press('Enter');
  await expect(page.getByRole('heading', { name: 'Ship', exact: true })).toBeVisible();
  await reach(/^DSPy state/);
  await press('End');
  await expect(page.getByLabel('kinds_of_question.py')).toBeVisible();
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    (async () => {
      await reach(/^Download/);
      await press('Enter');
    })(),
  ]);
  expect(download.suggestedFilename()).toMatch(/kinds_of_question\.(py|json)/);
});

test('with reduced motion nothing moves by itself', async ({ app, page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await app.open();
  await app.button('Watch it improve').click();
  await expect(page.locator('.pulse').first()).toBeVisible();
  expect(await page.evaluate(() => document.getAnimations().length)).toBe(0);
});

test('the theme follows the system, and the button turns it over and is remembered', async ({ app, page }) => {
  await page.emulateMedia({ colorScheme: 'dark' });
  await page.goto(app.url);
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark');
  await app.button('Change theme').click();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'light');
  await page.evaluate(() => Object.assign(window, { seen: { violations: [], shifts: [] } }));
});
