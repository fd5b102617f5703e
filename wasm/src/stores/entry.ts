/**
 * A value as stores outside of the process keep it: with its key and a checksum, so that what was damaged, cut, or put
 * there by somebody else is told from it.
 * @internal
 */
export function seal(key: string, value: string): string {
  return JSON.stringify({ key, check: checkOf(key, value), value });
}

/** The value of an entry; nothing if it is damaged or not this key's. @internal */
export function unseal(key: string, text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  try {
    const entry = JSON.parse(text) as { key?: unknown; check?: unknown; value?: unknown } | null;
    if (entry?.key !== key || typeof entry.value !== 'string') return undefined;
    return entry.check === checkOf(key, entry.value) ? entry.value : undefined;
  } catch {
    return undefined;
  }
}

const checkOf = (key: string, value: string) => crc32(`${key}\n${value}`).toString(16).padStart(8, '0');

let table: Int32Array | undefined;

/** CRC-32 (ISO-HDLC) of a text's UTF-16 units, low byte first: no single changed byte escapes it. */
function crc32(text: string): number {
  table ??= Int32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte;
    for (let bit = 0; bit < 8; ++bit) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
    return crc;
  });
  let crc = -1;
  for (let i = 0; i < text.length; ++i) {
    const unit = text.charCodeAt(i);
    crc = (crc >>> 8) ^ (table[(crc ^ unit) & 0xff] as number);
    crc = (crc >>> 8) ^ (table[(crc ^ (unit >>> 8)) & 0xff] as number);
  }
  return ~crc >>> 0;
}
