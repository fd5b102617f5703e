import { LMUnsupportedError, quote } from '../errors.js';
import type { LMMessage, LMPart } from './types.js';

/** Bytes as they are written in JSON. @internal */
export interface Media {
  mediaType: string;
  base64: string;
}

/** A part of a message, told by what it is; who speaks to a server writes it as that server takes it. @internal */
export type Content =
  | { kind: 'text'; text: string }
  | { kind: 'image'; url: string; media: Media | undefined }
  | { kind: 'audio'; media: Media }
  | { kind: 'file'; media: Media | undefined; id: string | undefined; name: string | undefined };

/** The parts of a message's content, without empty texts, which some servers refuse. @internal */
export function contentsOf(content: LMMessage['content'], provider: string): Content[] {
  if (typeof content === 'string') return content === '' ? [] : [{ kind: 'text', text: content }];
  return (content ?? [])
    .map((part) => contentOfPart(part, provider))
    .filter((each) => each.kind !== 'text' || each.text);
}

function contentOfPart(part: LMPart, provider: string): Content {
  const { type, ...rest } = part as { type: string; [member: string]: unknown };
  const members = (rest[type] ?? {}) as Record<string, unknown>;
  const text = (value: unknown) => (typeof value === 'string' && value ? value : undefined);
  switch (type) {
    case 'text':
      return { kind: 'text', text: text(rest.text) ?? '' };
    case 'image_url': {
      const url = text(members.url) ?? text(rest.image_url);
      if (url) return { kind: 'image', url, media: mediaOf(url, type, provider) };
      break;
    }
    case 'input_audio': {
      const { data, format } = members;
      if (text(data) && text(format))
        return { kind: 'audio', media: { mediaType: `audio/${format}`, base64: `${data}` } };
      break;
    }
    case 'file': {
      const data = text(members.file_data);
      const id = text(members.file_id);
      const media = data ? mediaOf(data, type, provider) : undefined;
      if (media || id) return { kind: 'file', media, id, name: text(members.filename) };
      break;
    }
  }
  throw unsupported(type, provider);
}

/** @internal */
export function unsupported(what: string, provider: string, why = ''): LMUnsupportedError {
  return new LMUnsupportedError(
    `${provider} has no place for a part of the type ${quote(what, 80)}${why && ` ${why}`}. Leave it out, or take another model.`,
  );
}

/** What a `data:` URL holds; nothing for another URL. */
function mediaOf(url: string, type: string, provider: string): Media | undefined {
  if (!/^data:/i.test(url)) return undefined;
  const comma = url.indexOf(',');
  const [mediaType, ...options] = url.slice('data:'.length, Math.max(0, comma)).split(';');
  if (options.at(-1)?.trim().toLowerCase() !== 'base64' || !mediaType) {
    throw unsupported(type, provider, 'whose data: URL does not name its type, or is not in base64');
  }
  return { mediaType, base64: url.slice(comma + 1) };
}

/** The object that a text is, as JSON; nothing for another text. @internal */
export function objectOf(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The arguments of a call for servers that want an object. A model that wrote no JSON is shown what it wrote.
 * @internal
 */
export function argumentsOf(text: string): Record<string, unknown> {
  return text === '' ? {} : (objectOf(text) ?? { arguments: text });
}

/** What is said apart from the conversation, and the conversation. @internal */
export function systemApart(messages: readonly LMMessage[]): { system: LMMessage[]; rest: LMMessage[] } {
  const isSystem = ({ role }: LMMessage) => role === 'system' || role === 'developer';
  return { system: messages.filter(isSystem), rest: messages.filter((message) => !isSystem(message)) };
}

/** The schema that an answer is to be held to, if it is. @internal */
export function schemaOf(format: Readonly<Record<string, unknown>> | undefined): unknown {
  return format?.type === 'json_schema' ? (format.json_schema as { schema?: unknown } | undefined)?.schema : undefined;
}

/** Refuses what is asked of a server beyond what it has. @internal */
export function refuse(asked: boolean, what: string, provider: string): void {
  if (asked) throw new LMUnsupportedError(`${provider} cannot give ${what}. Leave it out, or take another model.`);
}
