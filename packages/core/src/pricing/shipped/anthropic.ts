/**
 * Anthropic's own prices; `read-price-rows.ts` has the columns.
 * Sources: LiteLLM's model_prices_and_context_window.json of 2026-08-01 (MIT), checked on 2026-11-23. The 5.1 and
 * 5.5 models are from Anthropic's model pages, Sonnet 5.5's cache read being the one in force since 2026-10-07.
 */
export const anthropicPrices = `
claude-haiku-5-5          0.1       0.5       0.01      0.125     0.2       1_000_000 128_000
  above 100_000           0.5       2.5       0.05      0.625     1
claude-sonnet-5-5         2         10        0.1       2.5       4         1_000_000 128_000
claude-opus-5-5           4         20        0.2       5         8         1_000_000 128_000
claude-fable-5-1          10        50        0.25      12.5      20        1_000_000 128_000
claude-fable-5            10        50        1         12.5      20        1_000_000 128_000
claude-opus-5             5         25        0.5       6.25      10        1_000_000 128_000
claude-sonnet-5           2         10        0.2       2.5       4         1_000_000 128_000
claude-opus-4-8           5         25        0.5       6.25      10        1_000_000 128_000
claude-opus-4-7           5         25        0.5       6.25      10        1_000_000 128_000
  also claude-opus-4-7-20260416
claude-opus-4-6           5         25        0.5       6.25      10        1_000_000 128_000
  also claude-opus-4-6-20260205
claude-sonnet-4-6         3         15        0.3       3.75      6         1_000_000 64_000
claude-opus-4-5           5         25        0.5       6.25      10        200_000   64_000
  also claude-opus-4-5-20251101
claude-sonnet-4-5         3         15        0.3       3.75      6         200_000   64_000
  also claude-sonnet-4-5-20250929
  above 200_000           6         22.5      0.6       7.5       12
claude-haiku-4-5          1         5         0.1       1.25      2         200_000   64_000
  also claude-haiku-4-5-20251001
claude-opus-4-1           15        75        1.5       18.75     30        200_000   32_000
  also claude-opus-4-1-20250805
claude-sonnet-4-20250514  3         15        0.3       3.75      6         1_000_000 64_000
  above 200_000           6         22.5      0.6       7.5       12
`;
