import { defineConfig } from '@playwright/test';
import { args, executablePath } from '../chromium.mjs';

export default defineConfig({
  testDir: '.',
  outputDir: '../../build/web-test-results',
  timeout: 60_000,
  workers: 2,
  forbidOnly: !!process.env.CI,
  reporter: [['list']],
  use: {
    browserName: 'chromium',
    viewport: { width: 1440, height: 900 },
    launchOptions: { executablePath, args },
  },
});
