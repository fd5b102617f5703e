// What several tests need: models that follow a script, and rows.

/** A model that answers by a function of the prompt's last message, at once or after some time. */
export function scripted(answer, { delay = 0, ...rest } = {}) {
  const lm = {
    model: 'scripted',
    requests: [],
    open: 0,
    mostOpen: 0,
    ...rest,
    async complete(request, { signal } = {}) {
      lm.requests.push(request);
      lm.mostOpen = Math.max(lm.mostOpen, ++lm.open);
      try {
        if (delay) await pause(typeof delay === 'function' ? delay() : delay, signal);
        const text = await answer(request.messages.at(-1).content, request);
        return typeof text === 'string' ? { text, usage: { inputTokens: 10, outputTokens: 5 } } : text;
      } finally {
        --lm.open;
      }
    },
  };
  return lm;
}

function pause(milliseconds, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      reject(new Error('aborted'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', abort);
      resolve();
    }, milliseconds);
    signal?.addEventListener('abort', abort);
  });
}

/** A reply in the chat format. */
export function chat(outputs) {
  return `${Object.entries(outputs)
    .map(([name, value]) => `[[ ## ${name} ## ]]\n${value}\n\n`)
    .join('')}[[ ## completed ## ]]`;
}

/** What a chat prompt's last message gives for an input. */
export function inputOf(content, name) {
  return new RegExp(`\\[\\[ ## ${name} ## \\]\\]\\n([^\\n]*)`).exec(content)?.[1];
}

/** A model that doubles numbers, but only if a demo has shown it how; otherwise it says it cannot. */
export function doubler(options) {
  return scripted((content, { messages }) => {
    const shown = messages.length > 2;
    const n = Number(inputOf(content, 'number'));
    return chat({ double: shown || n % 5 === 0 ? 2 * n : 'unknown' });
  }, options);
}

export const numbers = (from, to) =>
  Array.from({ length: to - from }, (_, i) => ({ number: String(from + i), double: String(2 * (from + i)) }));
