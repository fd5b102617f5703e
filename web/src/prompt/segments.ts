/** Where each part of a prompt comes from. */
export type Origin = 'template' | 'instruction' | 'demos' | 'input';

export interface Segment {
  origin: Origin;
  text: string;
  note?: string;
}

export interface Message {
  role: string;
  content: unknown;
}

/** What is known of a prompt's making: the same request with demos and without. */
export interface PromptParts {
  completion: boolean;
  bare: readonly Message[];
  full: readonly Message[];
  instructions: string;
  /** The inputs' texts as they stand in the prompt, in order. */
  inputs: readonly string[];
}

export interface Block {
  role: string;
  segments: Segment[];
}

export const originNames: Readonly<Record<Origin, string>> = {
  template: 'Template',
  instruction: 'Instruction',
  demos: 'Demos',
  input: 'Input',
};

/** The prompt as it is sent, in colored parts. Their texts joined are the messages' texts. */
export function segmentsOf({ completion, bare, full, instructions, inputs }: PromptParts): Block[] {
  if (completion) {
    const { before, demos, after } = withoutDemos(textOf(bare[0]), textOf(full[0]));
    // Without demos nothing tells where the instruction's part ends; the inputs come last anyway.
    const [head, tail] = demos ? [before, after] : cutBeforeInputs(before, inputs);
    const segments = [
      ...markInstruction(head, instructions),
      { origin: 'demos' as const, text: demos },
      ...markInputs(tail, inputs),
    ];
    return [{ role: full[0]?.role ?? 'user', segments: joined(segments) }];
  }
  return full.map((message, k) => {
    const text = textOf(message);
    const segments: Segment[] =
      k === full.length - 1
        ? markInputs(text, inputs)
        : k < bare.length - 1
          ? markInstruction(text, instructions)
          : [{ origin: 'demos', text }];
    return { role: message.role, segments: joined(segments) };
  });
}

/** What stands in `full` and not in `bare`, from the beginning of a paragraph. */
function withoutDemos(bare: string, full: string): { before: string; demos: string; after: string } {
  const added = full.length - bare.length;
  if (added <= 0) return { before: full, demos: '', after: '' };
  let same = 0;
  while (same < bare.length && full[same] === bare[same]) ++same;
  // A demo may begin with the same label as the input after it: then it began at the paragraph.
  const paragraph = bare.lastIndexOf('\n\n', same - 1);
  const line = bare.lastIndexOf('\n', same - 1);
  for (const start of [paragraph < 0 ? -1 : paragraph + 2, line < 0 ? -1 : line + 1, same]) {
    if (start < 0 || start > same) continue;
    const [before, after] = [full.slice(0, start), full.slice(start + added)];
    if (before + after === bare) return { before, demos: full.slice(start, start + added), after };
  }
  return { before: full, demos: '', after: '' };
}

function cutBeforeInputs(text: string, inputs: readonly string[]): [string, string] {
  const first = inputs.find((input) => input.trim());
  const at = first === undefined ? -1 : text.lastIndexOf(first);
  const line = at < 0 ? -1 : text.lastIndexOf('\n', at - 1) + 1;
  return line <= 0 ? [text, ''] : [text.slice(0, line), text.slice(line)];
}

export const textOf = (message: Message | undefined): string =>
  message === undefined ? '' : typeof message.content === 'string' ? message.content : JSON.stringify(message.content);

/** The instruction's lines may be indented: the chat format sets them eight spaces in. */
function markInstruction(text: string, instructions: string): Segment[] {
  const lines = instructions.split(/\r?\n/);
  for (const indent of ['        ', '']) {
    const wanted = lines.map((line) => indent + line).join('\n');
    const at = wanted.trim() ? text.lastIndexOf(wanted) : -1;
    if (at >= 0)
      return [
        { origin: 'template', text: text.slice(0, at) },
        { origin: 'instruction', text: wanted },
        { origin: 'template', text: text.slice(at + wanted.length) },
      ];
  }
  return [{ origin: 'template', text }];
}

function markInputs(text: string, inputs: readonly string[]): Segment[] {
  const segments: Segment[] = [];
  let from = 0;
  for (const input of inputs) {
    const at = input.trim() ? text.indexOf(input, from) : -1;
    if (at < 0) continue;
    segments.push({ origin: 'template', text: text.slice(from, at) }, { origin: 'input', text: input });
    from = at + input.length;
  }
  segments.push({ origin: 'template', text: text.slice(from) });
  return segments;
}

/** Neighbors of one origin as one, empty ones left out. */
function joined(segments: readonly Segment[]): Segment[] {
  const result: Segment[] = [];
  for (const segment of segments) {
    if (segment.text === '') continue;
    const last = result.at(-1);
    if (last && last.origin === segment.origin) last.text += segment.text;
    else result.push({ ...segment });
  }
  return result;
}

const encoder = new TextEncoder();

/** About how many tokens: four bytes each, as the core estimates them. */
export const aboutTokens = (text: string): number => Math.ceil(encoder.encode(text).length / 4);

export function tokensByOrigin(blocks: readonly Block[]): Record<Origin, number> {
  const bytes: Record<Origin, number> = { template: 0, instruction: 0, demos: 0, input: 0 };
  for (const { segments } of blocks)
    for (const { origin, text } of segments) bytes[origin] += encoder.encode(text).length;
  return Object.fromEntries(Object.entries(bytes).map(([origin, n]) => [origin, Math.ceil(n / 4)])) as Record<
    Origin,
    number
  >;
}
