import type { CallerNames } from '../base/caller-fields.ts';

/** What Messages call that which a chat completion says. */
export const messagesNames: CallerNames = {
  fields: [
    ['messages[].content[].file.citations', 'messages[].content[].citations'],
    ['messages[].content[].file.filename', 'messages[].content[].title'],
    ['messages[].reasoning_details', 'messages[].content[].thinking'],
    ['messages[].reasoning_content', 'messages[].content[].thinking'],
    ['reasoning.max_tokens', 'thinking.budget_tokens'],
    ['reasoning.summary', 'thinking.display'],
    ['reasoning.effort', 'output_config.effort'],
    ['reasoning_effort', 'output_config.effort'],
    ['reasoning', 'thinking'],
    ['response_format.json_schema.schema', 'output_config.format.schema'],
    ['response_format', 'output_config.format'],
    ['max_completion_tokens', 'max_tokens'],
    // The Responses API's, where a bridge led there.
    ['max_output_tokens', 'max_tokens'],
    ['stop', 'stop_sequences'],
    ['user', 'metadata.user_id'],
    ['parallel_tool_calls', 'tool_choice.disable_parallel_tool_use'],
    ['tools[].function.parameters', 'tools[].input_schema'],
    ['tools[].function', 'tools[]'],
  ],
  members: {
    content: 'content',
    text: 'text',
    'image_url.url': 'source',
    image_url: 'source',
    'file.file_data': 'source',
    'file.filename': 'title',
    'file.citations': 'citations',
    id: 'id',
    'function.name': 'name',
    'function.arguments': 'input',
    tool_call_id: 'tool_use_id',
  },
};
