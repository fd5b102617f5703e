import type { Journal } from '../run/journal.js';
import { wholeLines } from './lines.js';

/**
 * A journal in memory, for tests and for hosts that keep it in a place of their own: `read()` gives all of it.
 *
 * @param lines what an earlier journal held; a torn last line of it is left out.
 */
export function memoryJournal(lines = ''): Journal {
  let text = wholeLines(lines);
  return {
    read: () => text,
    append(more) {
      text += more;
    },
  };
}
