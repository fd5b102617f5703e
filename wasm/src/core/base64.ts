/**
 * A module out of a script's own text, in base64: by the quickest way the platform has, as `atob` alone takes 55 ms for
 * 290 kB in Node 20 and a Buffer 1 ms.
 * @internal
 */
export function compileText(base64: string): WebAssembly.Module {
  return new WebAssembly.Module(decode(base64));
}

function decode(text: string): Uint8Array<ArrayBuffer> {
  const native = Uint8Array as unknown as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (native.fromBase64) return native.fromBase64(text);
  const { Buffer } = globalThis as { Buffer?: { from(text: string, encoding: string): Uint8Array<ArrayBuffer> } };
  if (Buffer) return Buffer.from(text, 'base64');
  const binary = atob(text);
  const bytes = new Uint8Array(binary.length);
  for (let i = 0; i < binary.length; ++i) bytes[i] = binary.charCodeAt(i);
  return bytes;
}
