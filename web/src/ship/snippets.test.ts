import { execFileSync } from 'node:child_process';
import { mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Predict, practiceModel, ready } from 'strop';
import { describe, expect, it } from 'vitest';
import { codePieces, pythonSnippet, pythonText, quoted, typescriptSnippet } from './snippets.ts';

const nasty = 'It\'s "so" \\ `${x}`\n\u2028 </script> 🙂';
const input = {
  program: { module: 'Predict' as const, signature: "question -> kind: Literal['a', 'b']" },
  inputs: ['question'],
  outputs: ['kind'],
  example: { question: nasty },
  model: { kind: 'practice' as const },
  stateFile: 'program.json',
  localURL: 'http://127.0.0.1:8117/v1',
};

describe('snippets', () => {
  it('quote any text so that it reads back as itself', () => {
    for (const text of [nasty, "'", '"', '\'"', '\\', '\u0000\u007f'])
      expect(new Function(`return ${quoted(text)}`)(), JSON.stringify(text)).toBe(text);
  });
  it('run: TypeScript loads the state and answers', async () => {
    await ready();
    const folder = mkdtempSync(join(tmpdir(), 'strop-snippet-'));
    symlinkSync(new URL('../../../node_modules', import.meta.url).pathname, join(folder, 'node_modules'));
    const program = new Predict(input.program.signature, { demos: [{ question: 'What?', kind: 'b' }] });
    const { kind } = await program.run({ question: nasty }, { lm: practiceModel() });
    writeFileSync(join(folder, 'program.json'), program.toJSON());
    const { code } = typescriptSnippet(input);
    writeFileSync(join(folder, 'program.mjs'), code); // it has no types of its own, so it is JavaScript too
    expect(execFileSync(process.execPath, [join(folder, 'program.mjs')], { encoding: 'utf8' }).trim()).toBe(kind);
  });
  it('are Python that parses to the same values', () => {
    const { code } = pythonSnippet(input);
    const check =
      'import ast,json,sys\nt=ast.parse(sys.stdin.read())\nprint(json.dumps([n.value for n in ast.walk(t) if isinstance(n, ast.Constant)]))';
    const constants = JSON.parse(execFileSync('python3', ['-c', check], { input: code, encoding: 'utf8' }));
    expect(constants).toContain(nasty);
    expect(constants).toContain(input.program.signature);
    expect(pythonText('é')).toBe('"é"');
  });
  it('color without losing a letter', () => {
    const { code } = typescriptSnippet(input);
    expect(
      codePieces(code)
        .map((p) => p.text)
        .join(''),
    ).toBe(code);
  });
});
