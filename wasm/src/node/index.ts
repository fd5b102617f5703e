export { fileCache } from './file-cache.js';
export { fileJournal } from './file-journal.js';
