import { ConfigurationError } from '../errors.js';
import { environment, httpModel, type ModelOptions, type Wire } from './http-model.js';
import { capabilitiesOf, chatWire } from './openai.js';
import type { LM } from './types.js';

/** Which deployment of Azure OpenAI. */
export interface AzureOptions extends ModelOptions {
  /** The name of the deployment. One that is called as OpenAI calls its model is taken to be that model. */
  model: string;
  /** The name of the resource, in `https://NAME.openai.azure.com`. */
  resource?: string;
  /** The endpoint, as Azure shows it, instead of `resource`: `https://NAME.openai.azure.com`. */
  baseURL?: string;
  /** A version of the API by its date, in which deployments have addresses of their own; `v1` unless given. */
  apiVersion?: string;
}

/**
 * A deployment of Azure OpenAI, which speaks OpenAI's chat completions.
 *
 * The key is taken from the environment variable `AZURE_OPENAI_API_KEY`, or `AZURE_API_KEY`, and the endpoint from
 * `AZURE_OPENAI_ENDPOINT` unless `resource` or `baseURL` says which. What Azure's filters refuse is an
 * {@link LMContentFilterError}.
 *
 * @example azure({ model: 'gpt-5-mini', resource: 'my-resource' })
 */
export function azure(options: AzureOptions): LM {
  const { resource, apiVersion } = options;
  if (resource !== undefined && !/^[\w-]+$/.test(resource)) {
    throw new ConfigurationError('bad_url', 'The name of an Azure resource is letters, digits and hyphens.');
  }
  const there = resource === undefined ? environment('AZURE_OPENAI_ENDPOINT') : `https://${resource}.openai.azure.com`;
  const baseURL = options.baseURL ?? there;
  if (baseURL === undefined) {
    throw new ConfigurationError(
      'no_base_url',
      'There is no endpoint of Azure. Give `resource` or `baseURL`, or set AZURE_OPENAI_ENDPOINT.',
    );
  }
  return httpModel(options, {
    name: 'Azure OpenAI',
    id: 'azure',
    example: 'azure({ model: "gpt-5-mini", resource: "my-resource" })',
    baseURL,
    keys: ['AZURE_OPENAI_API_KEY', 'AZURE_API_KEY'],
    headers: (key): Record<string, string> => (key ? { 'api-key': key } : {}),
    wire: wireOf(apiVersion),
    capabilities: (model) => (/^(?:gpt-\d|o\d)/.test(model) ? capabilitiesOf(model) : {}),
  });
}

function wireOf(apiVersion: string | undefined): Wire {
  const wire = chatWire();
  return {
    ...wire,
    request(asked) {
      const { path, body } = wire.request(asked);
      if (apiVersion === undefined) return { path: `/openai/v1${path}`, body };
      const deployment = encodeURIComponent(asked.model);
      return { path: `/openai/deployments/${deployment}${path}?api-version=${encodeURIComponent(apiVersion)}`, body };
    },
  };
}
