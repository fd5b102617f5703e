const sliceMilliseconds = 12;

/**
 * Lets the platform have a turn now and then: a run whose model answers at once would otherwise go through in
 * microtasks alone, and keep out timers, messages and the stop button. Timers are slow for it in browsers (4 ms).
 * @internal
 */
export class Breath {
  #since = Date.now();

  async take(): Promise<void> {
    if (Date.now() - this.#since < sliceMilliseconds) return;
    await macrotask();
    this.#since = Date.now();
  }
}

function macrotask(): Promise<void> {
  return new Promise((resolve) => {
    const { setImmediate } = globalThis as { setImmediate?: (task: () => void) => unknown };
    if (setImmediate) {
      setImmediate(resolve);
    } else if (typeof MessageChannel === 'function') {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = () => {
        port1.close();
        resolve();
      };
      port2.postMessage(null);
    } else {
      setTimeout(resolve, 0);
    }
  });
}
