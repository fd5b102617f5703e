import { openai } from '../lm/openai.js';
import { practiceModel } from '../lm/practice.js';
import type { AdapterName, LM } from '../lm/types.js';
import { type LocalModel, localModel } from '../local/local-model.js';
import { lm } from '../models/lm.js';
import { type Args, adapterNames, usageError } from './args.js';

/** The model that the options name, and how it is called in reports. */
export interface ChosenModel {
  lm: LM;
  /** For people: what kind of model it is. */
  label: string;
  /** Whether it is no model, so that scores and seconds say nothing about any. */
  simulated: boolean;
  dispose(): Promise<void>;
}

export function chooseModel(args: Args): ChosenModel {
  const name = args.text('model') ?? 'local';
  const baseURL = args.text('base-url');
  const adapter = args.oneOf('adapter', adapterNames);
  const concurrency = args.number('concurrency', 1);
  const more = { ...(adapter ? { adapter } : {}), ...(concurrency ? { concurrency } : {}) };
  const nothing = async () => undefined;
  if (baseURL !== undefined) {
    if (args.text('model') === undefined) throw usageError('--base-url needs --model, the name of a model there.');
    const apiKey = process.env.STROP_API_KEY;
    const there = openai({ model: name, baseURL, ...(apiKey ? { apiKey } : {}), ...more });
    return { lm: there, label: `${name} at ${hostOf(baseURL)}`, simulated: false, dispose: nothing };
  }
  if (name === 'practice') {
    return {
      lm: practiceModel({ adapter: adapter ?? 'compact' }),
      label: 'practice (simulated: rules, not a language model; its scores say nothing about any)',
      simulated: true,
      dispose: nothing,
    };
  }
  if (name.includes('/') && !isFile(name))
    return { lm: lm(name, more), label: name, simulated: false, dispose: nothing };
  const local = chooseLocal(name, args, adapter);
  return { lm: local, label: `${local.model} on this machine`, simulated: false, dispose: () => local.dispose() };
}

/** A model on this machine: the default one, or a file. */
export function chooseLocal(name: string, args: Args, adapter?: AdapterName): LocalModel {
  if (name !== 'local' && !isFile(name)) {
    throw usageError(
      `--model is local, practice, a provider and its model, as openai/NAME or anthropic/NAME, or FILE.gguf, not "${name}". For another server give --base-url too.`,
    );
  }
  const threads = args.number('threads', 1);
  return localModel({
    ...(name === 'local' ? {} : { modelPath: name }),
    ...(threads ? { threads } : {}),
    ...(adapter ? { adapter } : {}),
  });
}

function isFile(name: string): boolean {
  return /\.gguf$/i.test(name);
}

function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : 'a server';
}
