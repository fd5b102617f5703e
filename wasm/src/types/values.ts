/** A JSON Schema, as data. Strop reads the keywords that models are told of; all others may stand in it. */
export interface JSONSchema {
  /** Any keyword. */
  readonly [keyword: string]: unknown;
}

/** The type `Image`: a picture, shown to the model. */
export interface Image {
  /** `https:` or `data:`. */
  url: string;
}

/** The type `Audio`: a recording, played to the model. */
export interface Audio {
  /** Base64. */
  data: string;
  /** `wav`, `mp3` and so on. */
  format: string;
}

/** The type `File`: a file for the model, given whole or by the name that its server knows. */
export interface File {
  /** A `data:` URL. */
  file_data?: string;
  /** What the server called it when it was uploaded. */
  file_id?: string;
  /** The name to show. */
  filename?: string;
}

/** The type `Document`: a text that the model may cite. */
export interface Document {
  /** The text. */
  data: string;
  /** The title to show. */
  title?: string;
  /** `text/plain` unless given. */
  media_type?: string;
  /** What to know about it that is not to be cited. */
  context?: string;
}

/** The type `History`: earlier turns, told as messages of their own. */
export interface History {
  /** A turn each: fields of the signature by name. */
  readonly messages: readonly Readonly<Record<string, unknown>>[];
}

/** The type `Tool`: what the model may call. */
export interface Tool {
  /** As the model calls it. */
  name: string;
  /** What it does. */
  desc?: string;
  /** Its arguments by name. */
  args: Readonly<Record<string, JSONSchema>>;
}

/** One call in {@link ToolCalls}. */
export interface ToolCall {
  /** What ties a result to it. */
  id?: string;
  /** The tool's name. */
  name: string;
  /** The arguments by name. */
  args: Record<string, unknown>;
}

/** What a called tool gave. */
export interface ToolCallResult {
  /** The call's id. */
  call_id?: string | null;
  /** The tool's name. */
  name: string;
  /** What it gave, or said of its failure. */
  value: unknown;
  /** Whether it failed. */
  is_error?: boolean;
}

/** The type `ToolCalls`: what the model wants called, and what came of it. */
export interface ToolCalls {
  /** In the order in which the model wants them. */
  tool_calls: readonly ToolCall[];
  /** What came of them, once they were made. */
  tool_call_results?: {
    /** One for each call. */
    tool_call_results: readonly ToolCallResult[];
  } | null;
}
