import { type FileHandle, mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Journal } from '../run/journal.js';
import { failed } from './file-cache.js';

/**
 * A journal in a file, append-only. Every batch of lines is on the disk (fsync) before the run goes on; a last line
 * that a crash has torn is cut off when the file is read.
 *
 * A run that is given the journal of an earlier one continues it, and repeats no call that it has the answer of.
 */
export function fileJournal(path: string): Journal {
  let file: FileHandle | undefined;
  return {
    async read() {
      try {
        await mkdir(dirname(path), { recursive: true });
        file ??= await open(path, 'a+');
        const text = await file.readFile();
        const whole = text.lastIndexOf(0x0a) + 1;
        if (whole < text.length) await file.truncate(whole);
        return text.subarray(0, whole).toString('utf8');
      } catch (error) {
        throw failed('read', path, error);
      }
    },
    async append(lines) {
      try {
        file ??= await open(path, 'a+');
        await file.appendFile(lines);
        await file.sync();
      } catch (error) {
        throw failed('write', path, error);
      }
    },
    async close() {
      await file?.close();
      file = undefined;
    },
  };
}
