import type { CallerNames } from '../base/caller-fields.ts';

/** What the Responses API calls that which a chat completion says. */
export const responsesNames: CallerNames = {
  fields: [
    ['messages[].content[].image_url.detail', 'input[].content[].detail'],
    ['messages[].content[].file', 'input[].content[]'],
    ['messages[].reasoning_details', 'input[].encrypted_content'],
    ['messages[].reasoning_content', 'input[].content'],
    ['messages[].content', 'input[].content'],
    ['messages', 'input'],
    ['reasoning_effort', 'reasoning.effort'],
    ['response_format.json_schema', 'text.format'],
    ['response_format', 'text.format'],
    ['verbosity', 'text.verbosity'],
    ['logprobs', 'top_logprobs'],
    ['max_completion_tokens', 'max_output_tokens'],
    ['max_tokens', 'max_output_tokens'],
    ['tools[].function', 'tools[]'],
    ['tools[].custom', 'tools[]'],
  ],
  members: {
    content: 'content',
    text: 'text',
    'image_url.url': 'image_url',
    image_url: 'image_url',
    'image_url.detail': 'detail',
    'file.file_data': 'file_data',
    'file.filename': 'filename',
    input_audio: 'input_audio',
    'input_audio.data': 'input_audio.data',
    'input_audio.format': 'input_audio.format',
    id: 'call_id',
    'function.name': 'name',
    'function.arguments': 'arguments',
    tool_call_id: 'call_id',
  },
};
