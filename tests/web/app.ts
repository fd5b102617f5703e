import { fileURLToPath } from 'node:url';
import { test as base, expect, type Locator, type Page } from '@playwright/test';
import { serve } from './server.mjs';

export { expect };

const root = fileURLToPath(new URL('../../web/dist/', import.meta.url));

type Answer = NonNullable<Parameters<typeof serve>[0]['answer']>;

/** The playground in a page, as a person has it. */
export class App {
  /** Whatever the browser complained of: errors of scripts, refused loads. */
  readonly complaints: string[] = [];
  /** Addresses that could not be loaded. */
  readonly failed: string[] = [];

  constructor(
    readonly page: Page,
    readonly url: string,
  ) {
    page.on('pageerror', (error) => this.complaints.push(`error: ${error.message}`));
    page.on('requestfailed', (request) => {
      if (!request.url().endsWith('/logo.svg')) this.failed.push(request.url()); // browsers fetch icons when they like
    });
    page.on('console', (message) => {
      if (message.type() === 'error') this.complaints.push(`console: ${message.text()}`);
    });
    page.on('dialog', (dialog) => {
      this.complaints.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
  }

  async open({ theme = 'light', at = '' } = {}): Promise<void> {
    await this.page.addInitScript(() => {
      const seen = { violations: [] as string[], shifts: [] as { value: number; time: number; what: string[] }[] };
      Object.assign(window, { seen });
      addEventListener('securitypolicyviolation', (event) =>
        seen.violations.push(`${event.violatedDirective} ${event.blockedURI}`),
      );
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries()) {
          const shift = entry as PerformanceEntry & {
            value: number;
            hadRecentInput: boolean;
            sources: { node?: Element }[];
          };
          // A text that moves within an element that does not is a number at a right edge that got longer.
          const moved = shift.sources.map(({ node }) => node).filter((node) => node?.nodeType === Node.ELEMENT_NODE);
          if (!shift.hadRecentInput && moved.length)
            seen.shifts.push({
              value: shift.value,
              time: entry.startTime,
              what: moved.map((node) => node!.outerHTML.slice(0, 120)),
            });
        }
      }).observe({ type: 'layout-shift', buffered: true });
    });
    await this.page.goto(`${this.url}?theme=${theme}${at}`);
    await expect(this.page.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(
      this.page
        .getByRole('navigation', { name: 'Steps' })
        .or(this.page.getByRole('navigation', { name: 'Screens' }))
        .first(),
    ).toBeVisible();
  }

  async go(to: string): Promise<void> {
    await this.page.evaluate((hash) => {
      location.hash = hash;
    }, `#/${to}`);
  }

  button(name: string | RegExp): Locator {
    return this.page.getByRole('button', { name });
  }

  async finished(): Promise<void> {
    await expect(this.page.locator('.runmeta .chip')).toHaveText('finished', { timeout: 45_000 });
  }

  /** The number in a tile of the summary. */
  async figure(name: string): Promise<number> {
    const text = await this.page.locator('.kpi', { hasText: name }).locator('b').innerText();
    return Number.parseFloat(text);
  }

  /** From now on nothing can be loaded or sent. */
  async cutNetwork(): Promise<void> {
    await this.page.context().route('**', (route) => route.abort());
    await this.page.context().setOffline(true);
    this.failed.length = 0;
  }

  async paste(text: string): Promise<void> {
    await this.go('data/empty');
    await this.page.getByLabel('Or paste here').fill(text);
    await this.button('Read these rows').click();
  }

  seen(): Promise<{ violations: string[]; shifts: { value: number; time: number; what: string[] }[] }> {
    return this.page.evaluate(
      () =>
        (
          window as never as {
            seen: { violations: string[]; shifts: { value: number; time: number; what: string[] }[] };
          }
        ).seen,
    );
  }
}

export const test = base.extend<{ model: { answer?: Answer }; app: App }>({
  /** A model on the server that the page comes from. */
  model: [{}, { option: true }],
  app: async ({ page, model }, use) => {
    const server = await serve({ root, ...model });
    const app = new App(page, server.url);
    await use(app);
    expect((await app.seen()).violations).toEqual([]);
    // A page without a model beside it is told so by a 404, which browsers print.
    expect(app.complaints.filter((c) => !/404|ERR_FAILED|ERR_INTERNET_DISCONNECTED|401/.test(c))).toEqual([]);
    await server.close();
  },
});
