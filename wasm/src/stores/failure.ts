import { messageOf, StoreError } from '../errors.js';

/** By the name of a DOMException: our code, what it means, and what to do. */
const reasons: Readonly<Record<string, readonly [code: string, advice: string]>> = {
  QuotaExceededError: [
    'disk_full',
    'the storage of this site is full. Remove something of it; nothing that was written before is lost',
  ],
  SecurityError: ['store', 'it is not allowed here: storage is blocked, or this is a private window'],
  NotAllowedError: ['store', 'it is not allowed here: storage is blocked, or this is a private window'],
  AbortError: ['store', 'the browser has given up: the storage of this site may be full, or was being removed'],
  NoModificationAllowedError: ['store_in_use', 'another tab or worker has it open. End that run first'],
  NotFoundError: ['store', 'what has this name is something else, or was removed meanwhile. Choose another name'],
  VersionError: ['store', 'a newer version has made it. Choose another name'],
};

/** An error of a store, with what to do about it. @internal */
export function storeFailure(what: 'read' | 'write', place: string, cause: unknown, advice = ''): StoreError {
  if (cause instanceof StoreError) return cause;
  const name = cause instanceof Error ? cause.name : '';
  const [code, why] = reasons[name] ?? [
    'store',
    [messageOf(cause).replace(/\.$/, ''), advice].filter(Boolean).join('. '),
  ];
  return new StoreError(code, `Cannot ${what} ${place}: ${why}.`, { cause, details: { place } });
}

/** What a platform does not have. @internal */
export function unavailable(what: string, where: string): StoreError {
  return new StoreError('store_unavailable', `There is no ${what} here, but ${where}. Choose another store.`);
}
