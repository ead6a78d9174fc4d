import { isJsonObject } from '@tollgate/core';
import type { Ask, AskedTool } from '../call/ask.ts';
import type { Answer, AnsweredToolCall } from './answer.ts';
import { clipToTokens, countTokens } from './count-tokens.ts';
import type { Directives } from './directives.ts';
import { sampleJson } from './sample-json.ts';

/** The answers to a request, one a choice. The same request gets the same answers. */
export const composeAnswers = (ask: Ask, directives: Directives): readonly Answer[] =>
  Array.from({ length: ask.choices }, (_, index) => {
    const answer = composeAnswer(ask, directives);
    const text = index === 0 || answer.text === '' ? answer.text : `(${index + 1}) ${answer.text}`;
    return applyLimits({ ...answer, text }, ask);
  });

function composeAnswer(ask: Ask, directives: Directives): Answer {
  const toolCalls = directives.refuse || directives.empty ? [] : chooseToolCalls(ask, directives);
  const base = {
    reasoning: composeReasoning(ask, directives),
    redacted: directives.redact,
    text: '',
    refusal: undefined,
    toolCalls,
    stopSequence: undefined,
    finishWord: directives.finish,
  };
  // Text before a call comes only where it was told: most models say nothing there.
  if (toolCalls.length > 0) return { ...base, text: directives.say ?? '', finish: 'tool_calls' };
  if (directives.refuse) return { ...base, refusal: "I'm sorry, I can't help with that.", finish: 'refusal' };
  return { ...base, text: directives.empty ? '' : composeText(ask, directives), finish: 'stop' };
}

function composeReasoning(ask: Ask, directives: Directives): string {
  if (directives.think !== undefined && directives.think !== '') return directives.think;
  const wanted = directives.think !== undefined || directives.redact || ask.reasons;
  return wanted ? `The user wrote: ${directives.rest}. I will say so.` : '';
}

function composeText(ask: Ask, directives: Directives): string {
  if (directives.say !== undefined) return directives.say;
  if (directives.words !== undefined) return composeWords(directives.words);
  const plain = composePlainText(ask, directives);
  if (ask.answerFormat.kind === 'schema') return JSON.stringify(sampleJson(ask.answerFormat.schema));
  return ask.answerFormat.kind === 'json' ? JSON.stringify({ answer: plain }) : plain;
}

function composePlainText(ask: Ask, directives: Directives): string {
  if (ask.toolResults.length > 0) return `The tools said: ${ask.toolResults.join('; ')}`;
  const attachments = ask.attachments === 0 ? '' : ` (with ${ask.attachments} attached)`;
  return `You said: ${directives.rest}${attachments}`;
}

const vocabulary = ['toll', 'gate', 'road', 'bridge', 'lamp', 'river', 'stone', 'wheel'];
const composeWords = (count: number): string =>
  Array.from({ length: count }, (_, index) => vocabulary[index % vocabulary.length]).join(' ');

/** After tool results the answer is always text, so that tool loops end. */
function chooseToolCalls(ask: Ask, directives: Directives): readonly AnsweredToolCall[] {
  if (ask.toolResults.length > 0 || ask.toolChoice.kind === 'none') return [];
  const chosen = chooseTools(ask, directives);
  return (ask.parallelTools ? chosen : chosen.slice(0, 1)).map((tool) => ({
    name: tool.name,
    argumentsText: sampleArguments(tool),
  }));
}

function chooseTools(ask: Ask, directives: Directives): readonly AskedTool[] {
  const { toolChoice, tools } = ask;
  if (toolChoice.kind === 'named') return tools.filter((tool) => tool.name === toolChoice.name);
  const asked = directives.tools.flatMap((name) => tools.filter((tool) => tool.name === name));
  const named = asked.length > 0 ? asked : tools.filter((tool) => directives.rest.includes(tool.name));
  return named.length === 0 && toolChoice.kind === 'required' ? tools.slice(0, 1) : named;
}

function sampleArguments(tool: AskedTool): string {
  const sampled = sampleJson(tool.schema);
  return JSON.stringify(isJsonObject(sampled) ? sampled : {});
}

function applyLimits(answer: Answer, ask: Ask): Answer {
  const stopped = applyStopSequences(answer, ask.stopSequences);
  return ask.outputCapTokens === undefined ? stopped : applyCap(stopped, ask.outputCapTokens);
}

function applyStopSequences(answer: Answer, sequences: readonly string[]): Answer {
  const [first] = sequences
    .map((sequence) => ({ sequence, at: answer.text.indexOf(sequence) }))
    .filter(({ sequence, at }) => sequence !== '' && at !== -1)
    .toSorted((a, b) => a.at - b.at);
  if (first === undefined) return answer;
  return {
    ...answer,
    text: answer.text.slice(0, first.at),
    finish: 'stop_sequence',
    stopSequence: first.sequence,
  };
}

/** Reasoning is spent first, then text, then tool calls: a small cap may leave no visible answer at all. */
function applyCap(answer: Answer, capTokens: number): Answer {
  let left = capTokens;
  let cut = false;
  const take = (text: string): string => {
    const needed = countTokens(text);
    const taken = clipToTokens(text, left);
    if (needed > left) cut = true;
    left = Math.max(0, left - needed);
    return taken;
  };
  const reasoning = take(answer.reasoning);
  const text = take(answer.text);
  const refusal = answer.refusal === undefined ? undefined : take(answer.refusal);
  const toolCalls = answer.toolCalls.flatMap((call) =>
    left > 0 ? [{ ...call, argumentsText: take(call.argumentsText) }] : [],
  );
  if (toolCalls.length < answer.toolCalls.length) cut = true;
  if (!cut) return answer;
  return { ...answer, reasoning, text, refusal, toolCalls, finish: 'length', stopSequence: undefined };
}
