// Models of the AI SDK's own types, of each major version, are taken as they are.
import type { LanguageModelV2 } from '@ai-sdk/provider';
import type { LanguageModel as Model6 } from 'ai6';
import type { LanguageModel as Model7 } from 'ai7';
import { fromAISDK, type LM } from 'strop';

declare const five: LanguageModelV2;
declare const six: Exclude<Model6, string>;
declare const seven: Exclude<Model7, string>;
export const models: LM[] = [fromAISDK(five), fromAISDK(six), fromAISDK(seven, { retries: 1 })];

// @ts-expect-error a name alone is the gateway's business
fromAISDK('openai/gpt-5-mini');
