export { type FetchModelOptions, fetchModel, hasModel } from './fetch-model.js';
export { type LocalModel, type LocalModelOptions, localModel } from './local-model.js';
export { defaultModel, defaultModelPath, modelsDirectory } from './places.js';
