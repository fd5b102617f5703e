/**
 * Traces for OpenTelemetry: what programs do as spans, by its semantic conventions for generative AI.
 *
 * @packageDocumentation
 */
import {
  type Attributes,
  type Context,
  context,
  type Span,
  SpanKind,
  SpanStatusCode,
  type Tracer,
  trace,
} from '@opentelemetry/api';
import { configure, configured } from '../config.js';
import { LMError, messageOf, StropError } from '../errors.js';
import { costOf, priceFor } from '../lm/cost.js';
import type { LM, LMRequest, LMResponse } from '../lm/types.js';
import type { ObservedCall, ObservedOutcome, Observer } from '../observe.js';
import { answersText, promptText, systemText } from './messages.js';

/** How traces are made. */
export interface InstrumentOptions {
  /** Whose spans they are; that of the registered provider unless given. */
  tracer?: Tracer;
  /**
   * Whether spans hold what was asked and answered: inputs, outputs, messages, and what errors say. They may be anybody's
   * secrets, so that without this they hold none of it.
   */
  content?: boolean;
}

/** Where the conventions have another name for a provider than LiteLLM. */
const providers: Readonly<Record<string, string>> = {
  azure: 'azure.ai.openai',
  gemini: 'gcp.gemini',
  mistral: 'mistral_ai',
  xai: 'x_ai',
};

/**
 * Traces all programs, predictors and calls of models from now on, until what it gives is called. It takes the place of
 * the configured observer.
 *
 * A span is a child of the active one; where the runtime keeps no active span, of the program's.
 *
 * @example
 * import { instrument } from 'strop/otel';
 * instrument(); // with a provider of OpenTelemetry's that is registered
 */
export function instrument(options: InstrumentOptions = {}): () => void {
  const { observer: before } = configured();
  const observer = tracing(options);
  configure({ observer });
  return () => {
    if (configured().observer === observer) configure({ observer: before });
  };
}

function tracing({ tracer = trace.getTracer('strop'), content = false }: InstrumentOptions): Observer {
  const spans = new WeakMap<ObservedCall, Span>();
  const around = (call: ObservedCall): Context => {
    const active = context.active();
    if (trace.getSpan(active)) return active;
    const parent = call.parent && spans.get(call.parent);
    return parent ? trace.setSpan(active, parent) : active;
  };
  return {
    callStart(call) {
      const begun = beginning(call, content);
      if (begun) spans.set(call, tracer.startSpan(begun.name, begun, around(call)));
    },
    callEnd(call, outcome) {
      const span = spans.get(call);
      if (!span) return;
      span.setAttributes(ending(call, outcome, content));
      if (outcome.output === undefined) fail(span, outcome.error, content);
      span.end();
    },
    within(call, work) {
      const span = spans.get(call);
      return span ? context.with(trace.setSpan(context.active(), span), work) : work();
    },
  };
}

/** Prompts that are written and replies that are read have no spans: they take microseconds. */
function beginning(
  call: ObservedCall,
  content: boolean,
): { name: string; kind: SpanKind; attributes: Attributes } | undefined {
  if (call.kind === 'lm') {
    const { lm, request } = call;
    const attributes = { ...askedOf(lm, request), ...(content ? toldTo(request) : {}) };
    return { name: `${operationOf(request)} ${lm.model}`, kind: SpanKind.CLIENT, attributes };
  }
  if (call.kind !== 'module' && call.kind !== 'predict') return undefined;
  return {
    name: `${call.kind === 'module' ? 'module' : 'predict'} ${call.name}`,
    kind: SpanKind.INTERNAL,
    attributes: {
      [call.kind === 'module' ? 'strop.module' : 'strop.predictor']: call.name,
      ...(content ? { 'strop.inputs': textOf(call.inputs) } : {}),
    },
  };
}

function operationOf({ completion }: LMRequest): string {
  return completion ? 'text_completion' : 'chat';
}

function askedOf({ model, provider }: LM, request: LMRequest): Attributes {
  const { temperature, maxTokens, topP, stop, seed, n, responseFormat } = request.config;
  return {
    'gen_ai.operation.name': operationOf(request),
    'gen_ai.request.model': model,
    ...(provider === undefined ? {} : { 'gen_ai.provider.name': providers[provider] ?? provider }),
    ...(temperature === undefined ? {} : { 'gen_ai.request.temperature': temperature }),
    ...(maxTokens === undefined ? {} : { 'gen_ai.request.max_tokens': maxTokens }),
    ...(topP === undefined ? {} : { 'gen_ai.request.top_p': topP }),
    ...(stop?.length ? { 'gen_ai.request.stop_sequences': [...stop] } : {}),
    ...(seed === undefined ? {} : { 'gen_ai.request.seed': seed }),
    ...(n === undefined || n === 1 ? {} : { 'gen_ai.request.choice.count': n }),
    ...(responseFormat ? { 'gen_ai.output.type': responseFormat.type === 'text' ? 'text' : 'json' } : {}),
  };
}

function toldTo({ messages }: LMRequest): Attributes {
  const system = systemText(messages);
  return {
    ...(system === undefined ? {} : { 'gen_ai.system_instructions': system }),
    'gen_ai.input.messages': promptText(messages),
  };
}

function ending(call: ObservedCall, { output }: ObservedOutcome, content: boolean): Attributes {
  if (output === undefined) return {};
  if (call.kind !== 'lm') return content ? { 'strop.outputs': textOf(output) } : {};
  const response = output as LMResponse;
  const { model, metadata, usage, cached, finishReason, choices } = response;
  const reasons = (choices ?? [{ finishReason }]).flatMap((choice) => choice.finishReason ?? []);
  return {
    ...(model === undefined ? {} : { 'gen_ai.response.model': model }),
    ...(typeof metadata?.id === 'string' ? { 'gen_ai.response.id': metadata.id } : {}),
    ...(reasons.length ? { 'gen_ai.response.finish_reasons': reasons } : {}),
    ...(content ? { 'gen_ai.output.messages': answersText(response) } : {}),
    ...(cached ? { 'strop.cached': true } : usage ? took(call.lm, usage) : {}),
  };
}

/** What a call has taken; one that the cache has answered took nothing. */
function took(lm: LM, usage: NonNullable<LMResponse['usage']>): Attributes {
  const { inputTokens, outputTokens, cachedInputTokens, cacheWriteTokens, reasoningTokens } = usage;
  const price = priceFor(lm);
  return {
    'gen_ai.usage.input_tokens': inputTokens,
    'gen_ai.usage.output_tokens': outputTokens,
    ...(cachedInputTokens === undefined ? {} : { 'gen_ai.usage.cache_read.input_tokens': cachedInputTokens }),
    ...(cacheWriteTokens === undefined ? {} : { 'gen_ai.usage.cache_creation.input_tokens': cacheWriteTokens }),
    ...(reasoningTokens === undefined ? {} : { 'gen_ai.usage.reasoning.output_tokens': reasoningTokens }),
    ...(price ? { 'strop.cost_usd': costOf(usage, price) / 1e9 } : {}),
  };
}

/** An error's message quotes replies, and so is content. */
function fail(span: Span, error: unknown, content: boolean): void {
  const type = error instanceof StropError ? error.code : error instanceof Error ? error.name : '_OTHER';
  span.setAttribute('error.type', type);
  if (error instanceof LMError && error.status !== undefined) {
    span.setAttribute('http.response.status_code', error.status);
  }
  span.setStatus({ code: SpanStatusCode.ERROR, message: content ? messageOf(error) : type });
}

/** Values as JSON, as far as JSON can hold them: a span is no place to fail. */
function textOf(value: unknown): string {
  try {
    return JSON.stringify(value);
  } catch {
    return String(value);
  }
}
