import { isJsonArray, isJsonObject, type JsonObject } from '@tollgate/core';
import { objectsOf, textOf } from '../read-members.ts';
import { checkContents } from './check-contents.ts';
import { alwaysThinks } from './model-traits.ts';

const members: ReadonlySet<string> = new Set([
  'model',
  'contents',
  'systemInstruction',
  'tools',
  'toolConfig',
  'safetySettings',
  'generationConfig',
  'cachedContent',
  'serviceTier',
  'store',
]);

/** Why Google refuses a request to generate, in its words, or undefined. */
export function checkGenerateRequest(model: string, body: JsonObject): string | undefined {
  const unknown = Object.keys(body).find((name) => !members.has(name));
  if (unknown !== undefined) return unknownName(unknown, '');
  return checkContents(model, body) ?? checkConfig(model, body['generationConfig']) ?? checkTools(body);
}

const unknownName = (name: string, at: string): string =>
  `Invalid JSON payload received. Unknown name "${name}"${at === '' ? '' : ` at '${at}'`}: Cannot find field.`;

interface Range {
  readonly name: string;
  readonly field: string;
  readonly least: number;
  readonly most: number;
}

const ranges: readonly Range[] = [
  { name: 'temperature', field: 'temperature', least: 0, most: 2 },
  { name: 'topP', field: 'top_p', least: 0, most: 1 },
  { name: 'candidateCount', field: 'candidate_count', least: 1, most: 8 },
  { name: 'maxOutputTokens', field: 'max_output_tokens', least: 1, most: 65_536 },
];

function checkConfig(model: string, config: unknown): string | undefined {
  if (!isJsonObject(config)) return undefined;
  for (const { name, field, least, most } of ranges) {
    const value = config[name];
    if (typeof value === 'number' && (value < least || value > most)) {
      return `* GenerateContentRequest.generation_config.${field}: ${field} must be in the range [${least}, ${most}].\n`;
    }
  }
  if (isJsonArray(config['stopSequences']) && config['stopSequences'].length > 5) {
    return '* GenerateContentRequest.generation_config.stop_sequences: at most 5 stop sequences are allowed\n';
  }
  const problem = checkSchema(config['responseSchema'], 'generation_config.response_schema');
  if (problem !== undefined) return problem;
  return isJsonObject(config['thinkingConfig']) ? checkThinking(model, config['thinkingConfig']) : undefined;
}

function checkThinking(model: string, { thinkingBudget, thinkingLevel }: JsonObject): string | undefined {
  if (thinkingBudget !== undefined && thinkingLevel !== undefined) {
    return 'You can only set only one of thinking budget and thinking level.';
  }
  return thinkingBudget === 0 && alwaysThinks(model)
    ? 'Budget 0 is invalid. This model only works in thinking mode.'
    : undefined;
}

function checkTools(body: JsonObject): string | undefined {
  for (const [index, tool] of objectsOf(body['tools']).entries()) {
    for (const [at, declared] of objectsOf(tool['functionDeclarations']).entries()) {
      const place = `tools[${index}].function_declarations[${at}]`;
      if (!/^[a-zA-Z_][a-zA-Z0-9_.:-]{0,127}$/.test(textOf(declared['name']))) {
        return `* GenerateContentRequest.${place}.name: [FIELD_INVALID] Invalid function name. Must start with a letter or an underscore.\n`;
      }
      const problem = checkSchema(declared['parameters'], `${place}.parameters`);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

/** Google's own schemas know part of JSON Schema; the rest stands in `parametersJsonSchema` and `responseJsonSchema`. */
const schemaMembers: ReadonlySet<string> = new Set([
  'type',
  'format',
  'title',
  'description',
  'nullable',
  'enum',
  'maxItems',
  'minItems',
  'properties',
  'required',
  'minProperties',
  'maxProperties',
  'minLength',
  'maxLength',
  'pattern',
  'example',
  'anyOf',
  'propertyOrdering',
  'default',
  'items',
  'minimum',
  'maximum',
]);

function checkSchema(schema: unknown, at: string): string | undefined {
  if (!isJsonObject(schema)) return undefined;
  const unknown = Object.keys(schema).find((name) => !schemaMembers.has(name));
  if (unknown !== undefined) return unknownName(unknown, at);
  const properties = isJsonObject(schema['properties']) ? schema['properties'] : {};
  return [
    ...Object.entries(properties).map(([name, property]) => checkSchema(property, `${at}.properties[${name}]`)),
    checkSchema(schema['items'], `${at}.items`),
    ...objectsOf(schema['anyOf']).map((one, index) => checkSchema(one, `${at}.any_of[${index}]`)),
  ].find((problem) => problem !== undefined);
}
