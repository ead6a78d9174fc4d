/** OpenRouter's name for reasoning that OpenAI's Responses API gave, in `reasoning_details`. */
export const openaiFormat = 'openai-responses-v1';
