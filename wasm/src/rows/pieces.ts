import { InputError, messageOf } from '../errors.js';

/** Text or bytes, at once or in pieces. @internal */
export type Pieces = AsyncIterable<string | Uint8Array> | Iterable<string | Uint8Array>;

/** The pieces of a stream; who leaves the loop early cancels it. Not every platform's streams are iterable. @internal */
export async function* piecesOf(
  stream: ReadableStream<Uint8Array | string>,
): AsyncGenerator<string | Uint8Array, void, void> {
  const reader = stream.getReader();
  let whole = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) {
        whole = true;
        return;
      }
      yield value;
    }
  } finally {
    if (!whole) await reader.cancel().catch(() => undefined); // it has failed already, and that was thrown
    reader.releaseLock();
  }
}

/** A large piece in parts, so that what is made of one is never much. */
const largest = 2 ** 16;

/** Pieces as text: UTF-8, without the mark at its beginning, which some programs write. @internal */
export async function* textOf(pieces: Pieces): AsyncGenerator<string, void, void> {
  const decoder = new TextDecoder(); // drops the mark
  let begun = false;
  for await (const piece of pieces) {
    if (typeof piece === 'string') {
      for (let at = 0; at < piece.length; at += largest) {
        const part = piece.slice(at, at + largest);
        yield begun ? part : part.replace(/^\ufeff/, '');
        begun = true;
      }
    } else if (piece instanceof Uint8Array) {
      for (let at = 0; at < piece.length; at += largest) {
        yield decoder.decode(piece.subarray(at, at + largest), { stream: true });
      }
    } else {
      throw new InputError('bad_rows', 'A stream of rows must give text or bytes, or nothing but rows.');
    }
  }
  const rest = decoder.decode();
  if (rest !== '') yield rest;
}

/** All of it, for formats that are read from their end. @internal */
export async function bytesOf(pieces: Pieces, most: number, name: string): Promise<ArrayBuffer> {
  const parts: Uint8Array[] = [];
  let size = 0;
  const encoder = new TextEncoder();
  for await (const piece of pieces) {
    const part = typeof piece === 'string' ? encoder.encode(piece) : piece;
    size += part.length;
    if (size > most) throw new InputError('too_large', `${name} is larger than ${most / 2 ** 20} MiB.`);
    parts.push(part);
  }
  const bytes = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes.buffer;
}

/** What a source throws while it is read. @internal */
export function unreadable(name: string, cause: unknown): InputError {
  return cause instanceof InputError
    ? cause
    : new InputError('bad_rows', `${name} cannot be read: ${messageOf(cause)}.`, { cause });
}
