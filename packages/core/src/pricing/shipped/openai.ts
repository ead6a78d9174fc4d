/**
 * OpenAI's own prices; `read-price-rows.ts` has the columns.
 * Sources: LiteLLM's model_prices_and_context_window.json of 2026-08-01 (MIT), checked on 2026-11-23. The gpt-6
 * family is from OpenAI's price pages as quoted up to 2026-10-27; its long-input and tier rates, and those of
 * gpt-5.4 and later where the file has none, follow OpenAI's rule: above 272k input tokens input and caches cost
 * twice and output 1.5 times as much, flex half, priority double. gpt-6.1-terra's 1h write is its 12-hour one.
 *
 * What images are made of is counted as output: at most 6,250 tokens each (high quality, 1024 × 1536, by the price that
 * the same file gives for one), and 100 for each of three partial ones. Units are characters (tts-1) and seconds (whisper-1).
 */
export const openaiPrices = `
gpt-6.1-sol               2         10        0.1       2.5       -         1_050_000 -
  above 272_000           4         15        0.2       5
  flex                    1         5         0.05      1.25
  flex above 272_000      2         7.5       0.1       2.5
  priority                4         20        0.2       5
  priority above 272_000  8         30        0.4       10
gpt-6.1-terra             1         5         0.05      1.25      2.5       -         -
  above 272_000           2         7.5       0.1       2.5       5
  flex                    0.5       2.5       0.025     0.625     1.25
  flex above 272_000      1         3.75      0.05      1.25      2.5
  priority                2         10        0.1       2.5       5
  priority above 272_000  4         15        0.2       5         10
gpt-6-astra               10        50        1         -         -         -         -
  above 272_000           20        75        2
  flex                    5         25        0.5
  flex above 272_000      10        37.5      1
  priority                20        100       2
  priority above 272_000  40        150       4
gpt-6-sol                 2         10        0.2       2.5       -         1_050_000 -
  above 272_000           4         15        0.4       5
  flex                    1         5         0.1       1.25
  flex above 272_000      2         7.5       0.2       2.5
  priority                4         20        0.4       5
  priority above 272_000  8         30        0.8       10
gpt-6-luna                0.1       0.5       0.01      0.125     -         -         -
  above 272_000           0.2       0.75      0.02      0.25
  flex                    0.05      0.25      0.005     0.0625
  flex above 272_000      0.1       0.375     0.01      0.125
  priority                0.2       1         0.02      0.25
  priority above 272_000  0.4       1.5       0.04      0.5
gpt-5.6-sol               5         30        0.5       6.25      -         1_050_000 128_000
  also gpt-5.6
  above 272_000           10        45        1         12.5
  flex                    2.5       15        0.25      3.125
  flex above 272_000      5         22.5      0.5       6.25
  priority                10        60        1         12.5
  priority above 272_000  20        90        2         25
gpt-5.6-terra             2         12        0.2       2.5       -         1_050_000 128_000
  above 272_000           4         18        0.4       5
  flex                    1         6         0.1       1.25
  flex above 272_000      2         9         0.2       2.5
  priority                4         24        0.4       5
  priority above 272_000  8         36        0.8       10
gpt-5.6-luna              0.2       1.2       0.02      0.25      -         1_050_000 128_000
  above 272_000           0.4       1.8       0.04      0.5
  flex                    0.1       0.6       0.01      0.125
  flex above 272_000      0.2       0.9       0.02      0.25
  priority                0.4       2.4       0.04      0.5
  priority above 272_000  0.8       3.6       0.08      1
gpt-5.5                   5         30        0.5       -         -         1_050_000 128_000
  also gpt-5.5-2026-04-23
  above 272_000           10        45        1
  flex                    2.5       15        0.25
  flex above 272_000      5         22.5      0.5
  priority                10        60        1
  priority above 272_000  20        90        2
gpt-5.4                   2.5       15        0.25      -         -         1_050_000 128_000
  also gpt-5.4-2026-03-05
  above 272_000           5         22.5      0.5
  flex                    1.25      7.5       0.13
  flex above 272_000      2.5       11.25     0.26
  priority                5         30        0.5
  priority above 272_000  10        45        1
gpt-5.4-mini              0.75      4.5       0.075     -         -         272_000   128_000
  also gpt-5.4-mini-2026-03-17
  flex                    0.375     2.25      0.0375
  priority                1.5       9         0.15
gpt-5.4-nano              0.2       1.25      0.02      -         -         272_000   128_000
  also gpt-5.4-nano-2026-03-17
  flex                    0.1       0.625     0.01
gpt-5.2                   1.75      14        0.175     -         -         272_000   128_000
  also gpt-5.2-2025-12-11
  priority                3.5       28        0.35
gpt-5.1                   1.25      10        0.125     -         -         272_000   128_000
  also gpt-5.1-2025-11-13
  priority                2.5       20        0.25
gpt-5                     1.25      10        0.125     -         -         272_000   128_000
  also gpt-5-2025-08-07
  flex                    0.625     5         0.0625
  priority                2.5       20        0.25
gpt-5-mini                0.25      2         0.025     -         -         272_000   128_000
  also gpt-5-mini-2025-08-07
  flex                    0.125     1         0.0125
  priority                0.45      3.6       0.045
gpt-5-nano                0.05      0.4       0.005     -         -         272_000   128_000
  also gpt-5-nano-2025-08-07
  flex                    0.025     0.2       0.0025
gpt-4.1                   2         8         0.5       -         -         1_047_576 32_768
  also gpt-4.1-2025-04-14
  priority                3.5       14        0.875
gpt-4.1-mini              0.4       1.6       0.1       -         -         1_047_576 32_768
  also gpt-4.1-mini-2025-04-14
  priority                0.7       2.8       0.175
gpt-4.1-nano              0.1       0.4       0.025     -         -         1_047_576 32_768
  also gpt-4.1-nano-2025-04-14
  priority                0.2       0.8       0.05
gpt-4o                    2.5       10        1.25      -         -         128_000   16_384
  also gpt-4o-2024-08-06 gpt-4o-2024-11-20
  priority                4.25      17        2.125
gpt-4o-2024-05-13         5         15        -         -         -         128_000   4096
  priority                8.75      26.25
gpt-4o-mini               0.15      0.6       0.075     -         -         128_000   16_384
  also gpt-4o-mini-2024-07-18
  priority                0.25      1         0.125
o4-mini                   1.1       4.4       0.275     -         -         200_000   100_000
  also o4-mini-2025-04-16
  flex                    0.55      2.2       0.1375
  priority                2         8         0.5
o3                        2         8         0.5       -         -         200_000   100_000
  also o3-2025-04-16
  flex                    1         4         0.25
  priority                3.5       14        0.875
o3-mini                   1.1       4.4       0.55      -         -         200_000   100_000
  also o3-mini-2025-01-31
o1                        15        60        7.5       -         -         200_000   100_000
  also o1-2024-12-17
gpt-audio-1.5             2.5       10        -         -         -         128_000   16_384
  audio 32 64
gpt-audio                 2.5       10        -         -         -         128_000   16_384
  also gpt-audio-2025-08-28
  audio 32 64
gpt-audio-mini            0.6       2.4       -         -         -         128_000   16_384
  also gpt-audio-mini-2025-10-06 gpt-audio-mini-2025-12-15
  audio 10 20
gpt-4o-audio-preview      2.5       10        -         -         -         128_000   16_384
  also gpt-4o-audio-preview-2024-12-17 gpt-4o-audio-preview-2025-06-03
  audio 40 80
text-embedding-3-small    0.02      0         -         -         -         -         0
text-embedding-3-large    0.13      0         -         -         -         -         0
text-embedding-ada-002    0.1       0         -         -         -         -         0
omni-moderation-latest    0         0         -         -         -         -         0
  also omni-moderation-2024-09-26
gpt-image-1               5         40        1.25      -         -         -         6_550
  also chatgpt-image-latest
gpt-image-1-mini          2         8         0.2       -         -         -         6_550
gpt-image-1.5             5         32        1.25      -         -         -         6_550
  also gpt-image-1.5-2025-12-16
gpt-image-2               5         30        1.25      -         -         -         -
  also gpt-image-2-2026-04-21
tts-1                     0         0         -         -         -         -         0
  also tts-1-1106
  unit 15
tts-1-hd                  0         0         -         -         -         -         0
  also tts-1-hd-1106
  unit 30
gpt-4o-mini-tts           2.5       12        -         -         -         -         -
  also gpt-4o-mini-tts-2025-03-20 gpt-4o-mini-tts-2025-12-15
whisper-1                 0         0         -         -         -         -         0
  unit 100
gpt-4o-transcribe         2.5       10        -         -         -         16_000    2000
  also gpt-4o-transcribe-diarize
gpt-4o-mini-transcribe    1.25      5         -         -         -         16_000    2000
  also gpt-4o-mini-transcribe-2025-03-20 gpt-4o-mini-transcribe-2025-12-15
`;
