// The native core in the WebAssembly module's place: the same functions and classes, answered by a process on the other
// end of two FIFOs. The package does not notice. The protocol is described in wasm/bindings/native.cpp.
import { execFileSync, spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const functions = [
  'signature',
  'requestKey',
  'editSignature',
  'inferPrefix',
  'translate',
  'formatValue',
  'parseValue',
  'repairJson',
  'normalizeText',
  'textMetric',
  'metric',
  'chatWire',
  'responsesCall',
  'totalUsage',
  'majority',
  'toolCalls',
  'checkArguments',
  'practiceReply',
  'estimate',
  'compareScores',
];
const classes = {
  Predictor: ['describe', 'prefix', 'render', 'parse', 'state', 'responseFormat'],
  ReplyStream: ['push', 'finish'],
  Program: ['describe', 'state', 'warnings'],
  Session: ['step', 'result'],
  StreamListener: ['push', 'finish'],
};

/** Starts `executable`; gives the module that the package works with, and how to end it. */
export function nativeModule(executable) {
  const folder = mkdtempSync(join(tmpdir(), 'strop-native-'));
  const [toChild, fromChild] = [join(folder, 'in'), join(folder, 'out')];
  execFileSync('mkfifo', [toChild, fromChild]);
  const child = spawn('sh', ['-c', 'exec "$0" <"$1" >"$2"', executable, toChild, fromChild], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  child.unref();
  const input = openSync(toChild, 'w');
  const output = openSync(fromChild, 'r');

  let buffer = new ArrayBuffer(1 << 16);
  let unread = Buffer.alloc(0);
  let closed = false;
  const readMore = () => {
    const chunk = Buffer.alloc(1 << 16);
    const n = readSync(output, chunk);
    if (n === 0) throw new Error(`${executable} has ended`);
    unread = Buffer.concat([unread, chunk.subarray(0, n)]);
  };
  /** One request: the scratch buffer's first bytes out, the answer into it, its length or minus that of an error. */
  const call = (name, handle, bytes) => {
    const message = Buffer.concat([Buffer.from(`${name} ${handle} ${bytes}\n`), Buffer.from(buffer, 0, bytes)]);
    for (let at = 0; at < message.length; ) at += writeSync(input, message, at);
    while (!unread.includes(10)) readMore();
    const end = unread.indexOf(10);
    const header = unread.subarray(0, end).toString();
    const length = Math.abs(Number(header));
    while (unread.length < end + 1 + length) readMore();
    if (buffer.byteLength < length) buffer = new ArrayBuffer(2 * length);
    Buffer.from(buffer).set(unread.subarray(end + 1, end + 1 + length));
    unread = Buffer.from(unread.subarray(end + 1 + length));
    return header.startsWith('-') ? -length : length;
  };

  const module = {
    reserve(bytes) {
      if (buffer.byteLength < bytes) buffer = new ArrayBuffer(2 * bytes);
      return 0;
    },
    // What is garbage after the end has ended as well.
    release: (handle) => (closed ? 0 : call('release', handle, 0)),
  };
  for (const name of functions) module[name] = (bytes) => call(name, 0, bytes);
  for (const [name, methods] of Object.entries(classes)) {
    module[name] = (bytes) => {
      const made = call(name, 0, bytes);
      return made < 0 ? made : Number(Buffer.from(buffer, 0, made).toString());
    };
    for (const method of methods) {
      const entry = `${name}.${method}`;
      module[entry] = (handle, bytes) => call(entry, handle, bytes);
    }
  }
  const close = () => {
    closed = true;
    closeSync(input);
    closeSync(output);
    rmSync(folder, { recursive: true, force: true });
  };
  return {
    module,
    memory: {
      get buffer() {
        return buffer;
      },
    },
    close,
  };
}
