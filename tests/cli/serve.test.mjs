// The server: the playground for this machine, nothing for other sites.
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { cli, folder } from './help.mjs';

const at = folder();
mkdirSync(join(at, 'site/assets'), { recursive: true });
writeFileSync(join(at, 'secret.txt'), 'secret');
writeFileSync(join(at, 'site/index.html'), '<!doctype html><title>Strop</title>');
writeFileSync(join(at, 'site/assets/core-D4f7hK2_.wasm'), Buffer.from([0, 0x61, 0x73, 0x6d]));
symlinkSync(join(at, 'secret.txt'), join(at, 'site/link.txt'));

let port;
let child;
before(async () => {
  child = spawn(process.execPath, [cli, 'serve', '--dir', join(at, 'site'), '--port', '0', '--model', 'none']);
  const said = await new Promise((resolve) => child.stdout.once('data', (text) => resolve(String(text))));
  port = Number(/http:\/\/127\.0\.0\.1:(\d+)\//.exec(said)?.[1]);
});
after(() => child.kill('SIGKILL'));

/** A request by hand, as `fetch` mends paths and refuses to name another host. */
const ask = (path, { method = 'GET', headers = {}, body } = {}) =>
  new Promise((resolve, reject) => {
    const sent = request(
      { host: '127.0.0.1', port, path, method, headers: { host: `127.0.0.1:${port}`, ...headers } },
      (response) => {
        const pieces = [];
        response.on('data', (piece) => pieces.push(piece));
        response.on('end', () =>
          resolve({ status: response.statusCode, headers: response.headers, body: Buffer.concat(pieces).toString() }),
        );
      },
    );
    sent.on('error', reject);
    sent.end(body);
  });

test('the page and its files, with the headers that keep it to itself', async () => {
  const page = await ask('/');
  assert.equal(page.status, 200);
  assert.equal(page.headers['content-type'], 'text/html; charset=utf-8');
  assert.match(
    page.headers['content-security-policy'],
    /default-src 'self'; script-src 'self' 'wasm-unsafe-eval';.*frame-ancestors 'none'/,
  );
  assert.equal(page.headers['x-content-type-options'], 'nosniff');
  assert.equal(page.headers['cache-control'], 'no-cache');
  const core = await ask('/assets/core-D4f7hK2_.wasm');
  assert.equal(core.headers['content-type'], 'application/wasm');
  assert.match(core.headers['cache-control'], /immutable/);
  assert.equal((await ask('/', { headers: { 'if-none-match': page.headers.etag } })).status, 304);
  assert.deepEqual([(await ask('/', { method: 'HEAD' })).status, (await ask('/', { method: 'HEAD' })).body], [200, '']);
});

test('nothing outside of the folder', async () => {
  for (const path of [
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/%2e%2e/secret.txt',
    '/link.txt',
    '/assets/../../secret.txt',
    '/assets',
    '/none',
    '//etc/passwd',
  ]) {
    const { status, body } = await ask(path);
    assert.equal(status, 404, path);
    assert.doesNotMatch(body, /^secret/);
  }
  assert.equal((await ask('/%zz')).status, 400);
  assert.equal((await ask('/%00')).status, 400);
});

test('no other site, by whatever name', async () => {
  for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1.evil.example:${port}`, '127.0.0.1:1']) {
    assert.equal((await ask('/', { headers: { host } })).status, 421, host);
  }
  for (const origin of ['https://evil.example', `http://127.0.0.1:${port + 1}`, `http://localhost:${port}`, 'null']) {
    assert.equal((await ask('/v1/models', { headers: { origin } })).status, 403, origin);
  }
  assert.equal((await ask('/v1/models', { headers: { 'sec-fetch-site': 'cross-site' } })).status, 403);
  assert.equal(
    (await ask('/v1/models', { headers: { origin: `http://127.0.0.1:${port}`, 'sec-fetch-site': 'same-origin' } }))
      .status,
    200,
  );
  assert.equal((await ask('/', { headers: { host: `localhost:${port}` } })).status, 200);
  const { headers } = await ask('/v1/models');
  assert.equal(headers['access-control-allow-origin'], undefined);
});

test('the API without a model', async () => {
  assert.deepEqual(JSON.parse((await ask('/v1/models')).body), { object: 'list', data: [] });
  const body = JSON.stringify({ prompt: 'a' });
  const headers = { 'content-type': 'application/json' };
  assert.equal((await ask('/v1/completions', { method: 'POST', headers, body })).status, 503);
  assert.equal((await ask('/v1/completions')).status, 405);
  assert.equal((await ask('/v1/none', { method: 'POST', headers, body })).status, 404);
  assert.equal((await ask('/', { method: 'POST', headers, body })).status, 405);
});
