import base64 from 'strop-core-bytes';

/** The module out of the script itself. @internal */
export function compileInline(): WebAssembly.Module {
  return new WebAssembly.Module(decode(base64));
}

/** The quickest way the platform has: `atob` alone takes 55 ms for 290 kB in Node 20, a Buffer 1 ms. */
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
