/** The smallest call. */
export const hello = { model: 'gpt-4o-mini', messages: [{ role: 'user' as const, content: 'hi' }] };
