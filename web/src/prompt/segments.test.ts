import { Predict, ready } from 'strop';
import { beforeAll, describe, expect, it } from 'vitest';
import { type Block, segmentsOf, textOf } from './segments.ts';

const signature = 'question: str -> kind: Literal["person", "place"]';
const instructions = 'Say what is asked for.\nAnswer in one word.';
const demos = [
  { question: 'Who wrote Emma?', kind: 'person' },
  { question: 'Where is Bergen?', kind: 'place' },
];
const inputs = { question: 'Who wrote Dracula?' };

function blocksOf(adapter: 'chat' | 'compact', shown: typeof demos): { blocks: Block[]; whole: string } {
  const bare = new Predict(signature, { instructions }).preview(inputs, { adapter });
  const full = new Predict(signature, { instructions, demos: shown }).preview(inputs, { adapter });
  const blocks = segmentsOf({
    completion: full.completion === true,
    bare: bare.messages,
    full: full.messages,
    instructions,
    inputs: [inputs.question],
  });
  return { blocks, whole: full.messages.map(textOf).join('') };
}

const of = (blocks: Block[], origin: string) =>
  blocks
    .flatMap((b) => b.segments)
    .filter((s) => s.origin === origin)
    .map((s) => s.text)
    .join('');

describe.each(['chat', 'compact'] as const)('the %s prompt in parts', (adapter) => {
  beforeAll(() => ready());
  it.each([[[]], [demos]])('joins to the very messages, with %j', (shown) => {
    const { blocks, whole } = blocksOf(adapter, shown);
    expect(blocks.flatMap((b) => b.segments.map((s) => s.text)).join('')).toBe(whole);
  });
  it('finds the instruction, the demos and the input', () => {
    const { blocks } = blocksOf(adapter, demos);
    expect(of(blocks, 'instruction')).toContain('Answer in one word.');
    expect(of(blocks, 'instruction')).not.toContain('Emma');
    for (const demo of demos) expect(of(blocks, 'demos')).toContain(demo.question);
    expect(of(blocks, 'demos')).not.toContain('Dracula');
    expect(of(blocks, 'input')).toBe(inputs.question);
  });
  it('shows no demos where there are none', () => {
    expect(of(blocksOf(adapter, []).blocks, 'demos')).toBe('');
  });
});
