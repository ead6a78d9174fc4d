/**
 * Google's own prices of the Gemini API; `read-price-rows.ts` has the columns.
 * Sources: LiteLLM's model_prices_and_context_window.json of 2026-08-01 (MIT), checked on 2026-11-23. gemini-3.8-flash is
 * from LiteLLM's announcement of it: half price through 2026-12-31, so from 2027 on this table undercharges it until it
 * is updated. Thoughts cost what output costs. Storage of explicit caches is not in it: the gateway makes none. Embeddings are from
 * https://developers.googleblog.com/en/gemini-embedding-available-gemini-api/.
 */
export const geminiPrices = `
gemini-3.8-flash          0.75      3.75      0.075     -         -         1_048_576 65_536
gemini-3.6-flash          1.5       7.5       0.15      -         -         1_048_576 65_536
gemini-3.5-flash          1.5       9         0.15      -         -         1_048_576 65_535
gemini-3.5-flash-lite     0.3       2.5       0.03      -         -         1_048_576 65_536
gemini-3.1-pro-preview    2         12        0.2       -         -         1_048_576 65_536
  also gemini-3.1-pro-preview-customtools
  above 200_000           4         18        0.4
gemini-3.1-flash-lite     0.25      1.5       0.025     -         -         1_048_576 65_536
  also gemini-3.1-flash-lite-preview
  audio                   0.5       1.5
gemini-3-flash-preview    0.5       3         0.05      -         -         1_048_576 65_535
  audio                   1         3
gemini-2.5-pro            1.25      10        0.125     -         -         1_048_576 65_535
  above 200_000           2.5       15        0.25
gemini-2.5-flash          0.3       2.5       0.03      -         -         1_048_576 65_535
  audio                   1         2.5
gemini-2.5-flash-lite     0.1       0.4       0.01      -         -         1_048_576 65_535
  audio                   0.3       0.4
gemini-embedding-001      0.15      0         -         -         -         -         0
`;
