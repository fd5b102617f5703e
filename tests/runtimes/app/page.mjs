import { smoke } from './smoke.mjs';

const output = document.getElementById('output');
smoke()
  .then(
    (seen) => (output.textContent = JSON.stringify(seen)),
    (error) => (output.textContent = `failed: ${error.stack}`),
  )
  .finally(() => (document.title = 'done'));
