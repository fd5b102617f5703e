import type { FromWorker, Method, Methods, Problem, ToWorker } from './protocol.ts';

/** What the core, a model or a server has to complain about, as the screens show it. */
export class CoreProblem extends Error {
  constructor(readonly problem: Problem) {
    super(problem.message);
    this.name = 'CoreProblem';
  }
}

/** The worker with the core, behind promises. */
export class Core {
  readonly #worker: Worker;
  readonly #waiting = new Map<number, { resolve(value: never): void; reject(error: unknown): void }>();
  #next = 1;

  constructor(listen: (message: Exclude<FromWorker, { is: 'answer' | 'problem' }>) => void) {
    this.#worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: 'strop-core' });
    this.#worker.onmessage = ({ data }: MessageEvent<FromWorker>) => {
      if (data.is !== 'answer' && data.is !== 'problem') return listen(data);
      const waiting = this.#waiting.get(data.id);
      this.#waiting.delete(data.id);
      if (data.is === 'answer') waiting?.resolve(data.value as never);
      else waiting?.reject(new CoreProblem(data.problem));
    };
    this.#worker.onerror = (event) => {
      const error = new CoreProblem({
        code: 'core_load',
        message: `The core could not be started: ${event.message || 'its script did not load'}. Reload the page.`,
      });
      for (const { reject } of this.#waiting.values()) reject(error);
      this.#waiting.clear();
    };
  }

  call<M extends Method>(method: M, argument: Methods[M]['in']): Promise<Methods[M]['out']> {
    const id = this.#next++;
    const message: ToWorker = { id, method, argument };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#worker.postMessage(message);
    });
  }
}
