/**
 * OpenRouter's list prices of common models; `read-price-rows.ts` has the columns.
 * Source: GET https://openrouter.ai/api/v1/models of 2026-08-01. What OpenRouter reports it charged comes before
 * these: it may route to a dearer host of the same model, and its list moves daily.
 */
export const openrouterPrices = `
anthropic/claude-3-haiku                   0.25      1.25      0.03      0.3       0.5       200_000   4096
anthropic/claude-fable-5                   10        50        1         12.5      20        1_000_000 128_000
anthropic/claude-haiku-4.5                 1         5         0.1       1.25      2         200_000   64_000
anthropic/claude-opus-4                    15        75        1.5       18.75     30        200_000   32_000
anthropic/claude-opus-4.1                  15        75        1.5       18.75     30        200_000   32_000
anthropic/claude-opus-4.5                  5         25        0.5       6.25      10        200_000   64_000
anthropic/claude-opus-4.6                  5         25        0.5       6.25      10        1_000_000 128_000
anthropic/claude-opus-4.7                  5         25        0.5       6.25      10        1_000_000 128_000
anthropic/claude-opus-4.8                  5         25        0.5       6.25      10        1_000_000 128_000
anthropic/claude-opus-5                    5         25        0.5       6.25      10        1_000_000 128_000
anthropic/claude-sonnet-4                  3         15        0.3       3.75      6         1_000_000 64_000
  above 200_000                            6         22.5      0.6       7.5       12
anthropic/claude-sonnet-4.5                3         15        0.3       3.75      6         1_000_000 64_000
  above 200_000                            6         22.5      0.6       7.5       12
anthropic/claude-sonnet-4.6                3         15        0.3       3.75      6         1_000_000 128_000
anthropic/claude-sonnet-5                  2         10        0.2       2.5       4         1_000_000 128_000
deepseek/deepseek-chat-v3.1                0.25      0.95      0.13      -         -         163_840   32_768
deepseek/deepseek-r1                       0.7       2.5       -         -         -         163_840   16_000
deepseek/deepseek-r1-0528                  0.5       2.15      0.35      -         -         163_840   32_768
deepseek/deepseek-r1-distill-llama-70b     0.8       0.8       -         -         -         8192      8192
deepseek/deepseek-v3.2                     0.269     0.4       0.1345    -         -         163_840   65_536
deepseek/deepseek-v3.2-exp                 0.27      0.41      -         -         -         163_840   65_536
deepseek/deepseek-v4-flash                 0.14      0.28      0.028     -         -         1_048_576 393_216
deepseek/deepseek-v4-flash-0731            0.14      0.28      0.0028    -         -         1_048_576 384_000
deepseek/deepseek-v4-pro                   0.435     0.87      0.003625  -         -         1_048_576 384_000
google/gemini-2.5-flash                    0.3       2.5       0.03      0.083334  -         1_048_576 65_535
  audio 1 -
google/gemini-2.5-flash-lite               0.1       0.4       0.01      0.083334  -         1_048_576 65_535
  audio 0.3 -
google/gemini-2.5-pro                      1.25      10        0.125     0.375     -         1_048_576 65_536
  above 200_000                            2.5       15        0.25
google/gemini-2.5-pro-preview              1.25      10        0.125     0.375     -         1_048_576 65_536
  above 200_000                            2.5       15        0.25
google/gemini-3-flash-preview              0.5       3         0.05      0.083334  -         1_048_576 65_535
  audio 1 -
google/gemini-3.1-flash-lite               0.25      1.5       0.025     0.083334  -         1_048_576 65_536
  audio 0.5 -
google/gemini-3.1-flash-lite-preview       0.25      1.5       0.025     0.083334  -         1_048_576 65_536
  audio 0.5 -
google/gemini-3.1-pro-preview              2         12        0.2       0.375     -         1_048_576 65_536
  above 200_000                            4         18        0.4
google/gemini-3.5-flash                    1.5       9         0.15      0.083334  -         1_048_576 65_536
  audio 3 -
google/gemini-3.5-flash-lite               0.3       2.5       0.03      0.083334  -         1_048_576 65_536
google/gemini-3.6-flash                    1.5       7.5       0.15      0.083334  -         1_048_576 65_536
meta-llama/llama-3.3-70b-instruct          0.13      0.4       -         -         -         131_072   128_000
meta-llama/llama-4-maverick                0.2       0.8       -         -         -         1_048_576 16_384
meta-llama/llama-4-scout                   0.1       0.3       -         -         -         1_310_720 16_384
minimax/minimax-m2                         0.255     1.02      -         -         -         204_800   131_072
minimax/minimax-m2-her                     0.3       1.2       0.03      -         -         65_536    2048
minimax/minimax-m2.1                       0.3       1.2       0.03      -         -         204_800   131_072
minimax/minimax-m2.5                       0.15      0.9       0.05      -         -         204_800   196_608
minimax/minimax-m2.7                       0.25      1         0.05      -         -         204_800   131_072
minimax/minimax-m3                         0.3       1.2       0.06      -         -         1_048_576 512_000
mistralai/codestral-2508                   0.3       0.9       0.03      -         -         256_000   -
mistralai/mistral-large                    2         6         0.2       -         -         128_000   -
mistralai/mistral-large-2407               2         6         0.2       -         -         131_072   -
mistralai/mistral-large-2512               0.5       1.5       0.05      -         -         262_144   -
mistralai/mistral-medium-3                 0.4       2         0.04      -         -         131_072   -
mistralai/mistral-medium-3-5               1.5       7.5       -         -         -         262_144   -
mistralai/mistral-medium-3.1               0.4       2         0.04      -         -         131_072   -
mistralai/mistral-small-24b-instruct-2501  0.05      0.08      -         -         -         32_768    16_384
mistralai/mistral-small-2603               0.15      0.6       0.015     -         -         262_144   -
mistralai/mistral-small-3.1-24b-instruct   0.351     0.555     -         -         -         128_000   128_000
mistralai/mistral-small-3.2-24b-instruct   0.075     0.2       -         -         -         256_000   16_384
moonshotai/kimi-k2                         0.57      2.3       -         -         -         131_072   100_352
moonshotai/kimi-k2-0905                    0.6       2.5       -         -         -         262_144   100_352
moonshotai/kimi-k2-thinking                0.6       2.5       0.15      -         -         262_144   100_352
moonshotai/kimi-k2.5                       0.57      2.85      0.095     -         -         262_144   262_144
moonshotai/kimi-k2.6                       0.6       3.41      0.2       -         -         262_144   262_144
moonshotai/kimi-k2.7-code                  0.73      3.5       0.15      -         -         262_144   262_144
moonshotai/kimi-k3                         3         15        0.3       -         -         1_048_576 -
openai/gpt-4.1                             2         8         0.5       -         -         1_047_576 32_768
openai/gpt-4.1-mini                        0.4       1.6       0.1       -         -         1_047_576 32_768
openai/gpt-4.1-nano                        0.1       0.4       0.025     -         -         1_047_576 32_768
openai/gpt-4o                              2.5       10        1.25      -         -         128_000   16_384
openai/gpt-4o-2024-05-13                   5         15        -         -         -         128_000   4096
openai/gpt-4o-2024-08-06                   2.5       10        1.25      -         -         128_000   16_384
openai/gpt-4o-2024-11-20                   2.5       10        1.25      -         -         128_000   16_384
openai/gpt-4o-mini                         0.15      0.6       0.075     -         -         128_000   16_384
openai/gpt-4o-mini-2024-07-18              0.15      0.6       0.075     -         -         128_000   16_384
openai/gpt-5                               1.25      10        0.125     -         -         400_000   128_000
openai/gpt-5-mini                          0.25      2         0.025     -         -         400_000   128_000
openai/gpt-5-nano                          0.05      0.4       0.005     -         -         400_000   128_000
openai/gpt-5-pro                           15        120       -         -         -         400_000   128_000
openai/gpt-5.1                             1.25      10        0.125     -         -         400_000   128_000
openai/gpt-5.2                             1.75      14        0.175     -         -         400_000   128_000
openai/gpt-5.2-pro                         21        168       -         -         -         400_000   128_000
openai/gpt-5.4                             2.5       15        0.25      -         -         1_050_000 128_000
  above 272_000                            5         22.5      0.5
openai/gpt-5.4-mini                        0.75      4.5       0.075     -         -         400_000   128_000
openai/gpt-5.4-nano                        0.2       1.25      0.02      -         -         400_000   128_000
openai/gpt-5.4-pro                         30        180       -         -         -         1_050_000 128_000
  above 272_000                            60        270
openai/gpt-5.5                             5         30        0.5       -         -         1_050_000 128_000
  above 272_000                            10        45        1
openai/gpt-5.5-pro                         30        180       -         -         -         1_050_000 128_000
  above 272_000                            60        270
openai/gpt-5.6-luna                        0.1       0.6       0.01      0.125     -         1_050_000 128_000
  above 272_000                            0.2       0.9       0.02      0.25
openai/gpt-5.6-luna-pro                    0.1       0.6       0.01      0.125     -         1_050_000 128_000
  above 272_000                            0.2       0.9       0.02      0.25
openai/gpt-5.6-sol                         5         30        0.5       6.25      -         1_050_000 128_000
  above 272_000                            10        45        1         12.5
openai/gpt-5.6-sol-pro                     5         30        0.5       6.25      -         1_050_000 128_000
  above 272_000                            10        45        1         12.5
openai/gpt-5.6-terra                       1         6         0.1       1.25      -         1_050_000 128_000
  above 272_000                            2         9         0.2       2.5
openai/gpt-5.6-terra-pro                   1         6         0.1       1.25      -         1_050_000 128_000
  above 272_000                            2         9         0.2       2.5
openai/gpt-audio                           2.5       10        -         -         -         128_000   16_384
  audio 32 64
openai/gpt-audio-mini                      0.6       2.4       -         -         -         128_000   16_384
  audio - 2.4
openai/gpt-oss-120b                        0.037     0.17      -         -         -         131_072   131_072
openai/gpt-oss-20b                         0.03      0.13      0.03      -         -         131_072   131_072
openai/gpt-oss-safeguard-20b               0.075     0.3       0.0375    -         -         131_072   65_536
openai/o1                                  15        60        7.5       -         -         200_000   100_000
openai/o3                                  2         8         0.5       -         -         200_000   100_000
openai/o3-mini                             1.1       4.4       0.55      -         -         200_000   100_000
openai/o4-mini                             1.1       4.4       0.275     -         -         200_000   100_000
qwen/qwen3-coder                           0.3       1         0.1       -         -         262_144   65_536
qwen/qwen3-coder-30b-a3b-instruct          0.07      0.28      -         -         -         262_144   262_144
qwen/qwen3-coder-flash                     0.195     0.975     0.039     0.24375   -         1_000_000 65_536
  above 32_000                             0.325     1.625     0.065     0.40625
  above 128_000                            0.52      2.6       0.104     0.65
qwen/qwen3-coder-next                      0.12      0.8       0.07      -         -         262_144   262_144
qwen/qwen3-coder-plus                      0.65      3.25      0.13      0.8125    -         1_000_000 65_536
  above 32_000                             1.17      5.85      0.234     1.4625
  above 128_000                            1.95      9.75      0.39      2.4375
qwen/qwen3-max                             0.78      3.9       0.156     0.975     -         262_144   65_536
  above 32_000                             1.56      7.8       0.312     1.95
  above 128_000                            1.95      9.75      0.39      2.4375
qwen/qwen3.6-27b                           0.3       2         0.15      -         -         262_144   65_536
qwen/qwen3.6-35b-a3b                       0.14      1         -         -         -         262_144   262_144
qwen/qwen3.6-flash                         0.1875    1.125     -         0.234375  -         1_000_000 65_536
  above 256_000                            0.75      3         -         0.9375
qwen/qwen3.6-max-preview                   1.027     6.162     -         1.28375   -         262_144   65_536
  above 128_000                            1.58      9.48      -         1.975
qwen/qwen3.6-plus                          0.325     1.95      -         0.40625   -         1_000_000 65_536
  above 256_000                            1.3       3.9       -         1.625
qwen/qwen3.7-flash                         0.03      0.13      0.006     0.038     -         1_000_000 65_536
  above 32_000                             0.1       0.4       0.02      0.125
  above 256_000                            0.2       0.8       0.04      0.25
qwen/qwen3.7-max                           1.475     4.425     0.295     1.84375   -         1_000_000 131_072
qwen/qwen3.7-plus                          0.32      1.28      0.064     0.4       -         1_000_000 131_072
  above 256_000                            0.96      3.84      0.192     1.2
x-ai/grok-4.20                             1.25      2.5       0.2       -         -         2_000_000 -
  above 200_000                            2.5       5         0.4
x-ai/grok-4.20-multi-agent                 1.25      2.5       0.2       -         -         2_000_000 -
  above 200_000                            2.5       5         0.4
x-ai/grok-4.3                              1.25      2.5       0.2       -         -         1_000_000 -
  above 200_000                            2.5       5         0.4
x-ai/grok-4.5                              2         6         0.3       -         -         500_000   -
  above 200_000                            4         12        0.6
z-ai/glm-4.6                               0.5       2         0.1       -         -         204_800   131_072
z-ai/glm-4.6v                              0.3       0.9       0.055     -         -         131_072   32_768
z-ai/glm-4.7                               0.4       1.75      0.08      -         -         204_800   131_072
z-ai/glm-4.7-flash                         0.06      0.4       0.01      -         -         202_752   16_384
z-ai/glm-5                                 0.95      2.55      0.2       -         -         204_800   131_072
z-ai/glm-5-turbo                           1.2       4         0.24      -         -         202_752   131_072
z-ai/glm-5.1                               0.966     3.036     0.1794    -         -         204_800   128_000
z-ai/glm-5.2                               0.76006   2.38876   0.141154  -         -         1_048_576 128_000
z-ai/glm-5v-turbo                          1.2       4         0.24      -         -         202_752   131_072
`;
