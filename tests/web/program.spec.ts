import { expect, test } from './app.ts';

test('the prompt follows the signature, in parts by origin', async ({ app, page }) => {
  await app.open();
  await app.go('program');
  const prompt = page.getByRole('tabpanel', { name: /Messages/ });
  await expect(prompt.locator('.seg.instruction')).toContainText('Name the kind of answer');
  await expect(prompt.locator('.seg.input')).toContainText("Alexander's teacher");
  const box = page.getByRole('textbox', { name: 'Signature' });
  await box.fill('question -> kind: Literal["person", "place"], sure: bool');
  await expect(prompt).toContainText('`sure` (bool)');
  await expect(page.getByText('1 input, 2 outputs.')).toBeVisible();
  await page.getByLabel('Instruction', { exact: true }).fill('Be brief.');
  await page.getByLabel('Instruction', { exact: true }).blur();
  await expect(prompt.locator('.seg.instruction')).toContainText('Be brief.');
  await app.button('ChainOfThought').click();
  await expect(prompt).toContainText('`reasoning` (str)');
});

test('an error names the column and is mended by one press, while the prompt stays', async ({ app, page }) => {
  await app.open();
  await app.go('program');
  const prompt = page.getByRole('tabpanel', { name: /Messages/ });
  await expect(prompt).toContainText('definition');
  const before = await prompt.innerText();
  const box = page.getByRole('textbox', { name: 'Signature' });
  await box.fill('question: str -> kind: Litral["a", "b"]');
  const message = page.locator('#sig-msg');
  await expect(message).toContainText(/column 24/i);
  await expect(message).toContainText('The prompt shows the last valid program.');
  await expect(page.locator('.k-err')).toHaveText('Litral');
  expect(await prompt.innerText()).toBe(before);
  await app.button('Use Literal').click();
  await expect(box).toHaveValue('question: str -> kind: Literal["a", "b"]');
  await expect(message).toContainText('1 input, 1 output.');
  await expect(prompt).not.toContainText('definition');
});

test('chips rewrite the text', async ({ app, page }) => {
  await app.open();
  await app.go('program');
  const box = page.getByRole('textbox', { name: 'Signature' });
  await app.button('output').click();
  await expect(box).toHaveValue(/, reason: str$/);
  await page.getByLabel('Type of reason').selectOption('bool');
  await expect(box).toHaveValue(/, reason: bool$/);
  await page.getByLabel('Name of output 2').fill('sure');
  await page.getByLabel('Name of output 2').blur();
  await expect(box).toHaveValue(/, sure: bool$/);
  await app.button('Remove sure').click();
  await expect(box).not.toHaveValue(/sure/);
});

test('the metric shows its verdict on five real rows, and another metric another verdict', async ({ app, page }) => {
  await app.open();
  await page.getByLabel('Project', { exact: true }).selectOption('Product names');
  await expect(page.getByRole('complementary').getByText('message ->')).toBeVisible();
  await app.go('metric');
  await expect(page.locator('.verdicts li')).toHaveCount(5);
  await expect(page.locator('.verdicts li b').first()).toHaveText(/^[01]/);
  await page.getByText('Word overlap').click();
  await expect(page.locator('.code').first()).toContainText("f1('product')");
  const first = await page.locator('.verdicts').innerText();
  await app.button('Other rows').click();
  await expect.poll(() => page.locator('.verdicts').innerText()).not.toBe(first);
});
