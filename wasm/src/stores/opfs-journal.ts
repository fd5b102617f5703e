import type { Journal } from '../run/journal.js';
import { storeFailure, unavailable } from './failure.js';

/** What workers have and TypeScript's types of pages lack. */
interface SyncAccessHandle {
  getSize(): number;
  read(bytes: Uint8Array, options: { at: number }): number;
  write(bytes: Uint8Array, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}
type File = FileSystemFileHandle & { createSyncAccessHandle?(): Promise<SyncAccessHandle> };

/** A file as a journal needs it. */
interface Lines {
  read(): Promise<Uint8Array>;
  truncate(size: number): Promise<void>;
  append(bytes: Uint8Array<ArrayBuffer>): Promise<void>;
  close(): void;
}

/**
 * A journal in a file of the site's own file system (OPFS), append-only. In a worker every batch of lines is flushed
 * before the run goes on, and no other tab or worker can open it meanwhile. A page has no such access: there the browser
 * copies the file for each batch, so that long runs go better in a worker, or with an {@link indexedDBJournal}. A last
 * line that a crash has torn is cut off when the file is read.
 *
 * A run that is given the journal of an earlier one continues it, and repeats no call that it has the answer of.
 *
 * @param name the file's name, in the root of the file system.
 */
export function opfsJournal(name: string): Journal {
  const place = `the journal ${JSON.stringify(name)} in the site's file system`;
  let opened: Promise<Lines> | undefined;
  const close = async () => {
    const file = opened;
    opened = undefined;
    (await file)?.close();
  };
  const perform = async <T>(what: 'read' | 'write', work: (file: Lines) => Promise<T>): Promise<T> => {
    opened ??= open(name);
    try {
      return await work(await opened);
    } catch (error) {
      await close().catch(() => undefined); // the first error is the one to tell
      throw storeFailure(what, place, error);
    }
  };
  return {
    read: () =>
      perform('read', async (file) => {
        const bytes = await file.read();
        const whole = bytes.lastIndexOf(0x0a) + 1;
        if (whole < bytes.length) await file.truncate(whole);
        return new TextDecoder().decode(bytes.subarray(0, whole));
      }),
    append: (lines) => perform('write', (file) => file.append(new TextEncoder().encode(lines))),
    close,
  };
}

async function open(name: string): Promise<Lines> {
  if (!globalThis.navigator?.storage?.getDirectory)
    throw unavailable('file system of the site', 'in pages over https and their workers');
  const root = await navigator.storage.getDirectory();
  const file: File = await root.getFileHandle(name, { create: true });
  return file.createSyncAccessHandle ? inWorker(await file.createSyncAccessHandle()) : inPage(file);
}

function inWorker(file: SyncAccessHandle): Lines {
  return {
    async read() {
      const bytes = new Uint8Array(file.getSize());
      return bytes.subarray(0, file.read(bytes, { at: 0 }));
    },
    async truncate(size) {
      file.truncate(size);
      file.flush();
    },
    async append(bytes) {
      const size = file.getSize();
      try {
        const written = file.write(bytes, { at: size });
        if (written < bytes.length) throw new DOMException('Not all was written.', 'QuotaExceededError');
        file.flush();
      } catch (error) {
        file.truncate(size);
        throw error;
      }
    },
    close: () => file.close(),
  };
}

function inPage(file: FileSystemFileHandle): Lines {
  const change = async (work: (stream: FileSystemWritableFileStream) => Promise<void>) => {
    const options: FileSystemCreateWritableOptions & { mode: 'exclusive' } = {
      keepExistingData: true,
      mode: 'exclusive',
    };
    const stream = await file.createWritable(options);
    try {
      await work(stream);
    } catch (error) {
      await stream.abort().catch(() => undefined); // the first error is the one to tell
      throw error;
    }
    await stream.close(); // only now it takes the file's place
  };
  const size = async () => (await file.getFile()).size;
  return {
    read: async () => new Uint8Array(await (await file.getFile()).arrayBuffer()),
    truncate: (to) => change((stream) => stream.truncate(to)),
    append: (data) => change(async (stream) => stream.write({ type: 'write', position: await size(), data })),
    close: () => undefined,
  };
}
