/** Where a text stops being JSON: the offset of the first character that cannot stand there. */
export function jsonErrorAt(text: string): number {
  const space = /[ \t\n\r]*/y;
  const scalar = /true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
  const escaped = /\\(?:["\\/bfnrt]|u[\da-fA-F]{4})/y;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: JSON allows none in strings
  const plain = /[^"\\\u0000-\u001f]+/y;
  let at = 0;
  const take = (pattern: RegExp) => {
    pattern.lastIndex = at;
    const match = pattern.exec(text)?.[0];
    if (match === undefined || (match === '' && pattern !== space)) return false;
    at += match.length;
    return true;
  };
  const takeCharacter = (character: string) => {
    take(space);
    if (text[at] !== character) return false;
    ++at;
    return true;
  };
  const fail = (): never => {
    throw new Stop();
  };
  const takeString = () => {
    take(space);
    const start = at;
    if (text[at] !== '"') fail();
    ++at;
    while (take(plain) || take(escaped)); // one expression for it all would need a stack as deep as the text is long
    if (text[at] !== '"') {
      at = start;
      fail();
    }
    ++at;
  };
  const open: string[] = []; // not a recursion: the text may be anything
  const value = () => {
    for (;;) {
      if (takeCharacter('{')) {
        if (takeCharacter('}')) return;
        open.push('}');
        takeString();
        if (!takeCharacter(':')) fail();
      } else if (takeCharacter('[')) {
        if (takeCharacter(']')) return;
        open.push(']');
      } else {
        if (!take(scalar)) takeString();
        return;
      }
    }
  };
  try {
    value();
    for (let close = open.at(-1); close !== undefined; close = open.at(-1)) {
      if (takeCharacter(close)) {
        open.pop();
        continue;
      }
      if (!takeCharacter(',')) fail();
      if (close === '}') {
        takeString();
        if (!takeCharacter(':')) fail();
      }
      value();
    }
    take(space);
  } catch (error) {
    if (!(error instanceof Stop)) throw error;
  }
  return at;
}

class Stop extends Error {}

/** An offset as people count: line and column from 1. */
export function placeOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n') };
}
