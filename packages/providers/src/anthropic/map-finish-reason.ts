export type ChatFinishReason = 'stop' | 'length' | 'tool_calls' | 'content_filter';

/** Anthropic's `stop_reason` in OpenAI's words. `pause_turn` and reasons that are not known yet have none but `stop`. */
export function mapFinishReason(stopReason: string | undefined, toolCalls: number): ChatFinishReason {
  switch (stopReason) {
    case 'max_tokens':
    case 'model_context_window_exceeded':
      return 'length';
    case 'refusal':
      return 'content_filter';
    default:
      // Clients wait for `tool_calls` alone to run them; servers of other makes sometimes say end_turn.
      return toolCalls > 0 ? 'tool_calls' : 'stop';
  }
}
