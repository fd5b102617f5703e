// Loaded before a program (node --import): the practice model answers in OpenAI's place, so that a program written for
// OpenAI can be run as it is.
import { practiceModel } from 'strop';

const lm = practiceModel();
globalThis.fetch = async (url, { body }) => {
  if (String(url) !== 'https://api.openai.com/v1/chat/completions') throw new Error(`Not asked of OpenAI: ${url}`);
  const { text } = await lm.complete({ messages: JSON.parse(body).messages, config: {} });
  return Response.json({ choices: [{ message: { content: text }, finish_reason: 'stop' }] });
};
