import type { JsonObject } from '@tollgate/core';

/** What this folder writes of the Gemini API (https://ai.google.dev/api/generate-content). */

export interface Part {
  readonly text?: string;
  /** The text is a thought. */
  readonly thought?: true;
  /** What was thought before this part, readable to Google alone. */
  readonly thoughtSignature?: string;
  readonly inlineData?: { readonly mimeType: string; readonly data: string };
  readonly functionCall?: { readonly id: string; readonly name: string; readonly args: JsonObject };
  readonly functionResponse?: { readonly id: string; readonly name: string; readonly response: JsonObject };
}

export interface Content {
  readonly role: 'user' | 'model';
  readonly parts: readonly Part[];
}

export interface FunctionDeclaration {
  readonly name: string;
  readonly description?: string;
  readonly parametersJsonSchema?: JsonObject;
}

export interface FunctionCallingConfig {
  readonly mode: 'AUTO' | 'ANY' | 'NONE';
  readonly allowedFunctionNames?: readonly string[];
}

/** A budget of -1 leaves it to the model. Level and budget exclude each other. */
export interface ThinkingConfig {
  readonly includeThoughts?: true;
  readonly thinkingBudget?: number;
  readonly thinkingLevel?: 'MINIMAL' | 'LOW' | 'MEDIUM' | 'HIGH';
}

export interface GenerationConfig {
  readonly maxOutputTokens?: number;
  readonly temperature?: number;
  readonly topP?: number;
  readonly topK?: number;
  readonly stopSequences?: readonly string[];
  readonly candidateCount?: number;
  readonly seed?: number;
  readonly presencePenalty?: number;
  readonly frequencyPenalty?: number;
  readonly responseMimeType?: 'application/json';
  readonly responseJsonSchema?: JsonObject;
  readonly responseLogprobs?: true;
  readonly logprobs?: number;
  readonly thinkingConfig?: ThinkingConfig;
}

/** One of the `requests` of `batchEmbedContents` (https://ai.google.dev/api/embeddings). */
export interface EmbedRequest {
  /** `models/…`, as in the path. */
  readonly model: string;
  readonly content: { readonly parts: readonly Part[] };
  readonly outputDimensionality?: number;
}

/** The body of `generateContent` and `streamGenerateContent`. */
export interface GenerateRequest {
  readonly contents: readonly Content[];
  readonly systemInstruction?: { readonly parts: readonly Part[] };
  readonly tools?: readonly { readonly functionDeclarations: readonly FunctionDeclaration[] }[];
  readonly toolConfig?: { readonly functionCallingConfig: FunctionCallingConfig };
  readonly generationConfig?: GenerationConfig;
}
