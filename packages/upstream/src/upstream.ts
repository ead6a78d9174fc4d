import { GatewayError, type Target } from '@tollgate/core';
import type { Answer } from './answer.ts';
import type { AttemptRecord } from './attempt-record.ts';
import type { AttemptRun } from './attempt-run.ts';
import { CallCourse } from './call-course.ts';
import { callWithFallback } from './call-with-fallback.ts';
import { CredentialHealth, type SetAsideCredential } from './credential-health.ts';
import { explainFailure } from './explain-failure.ts';
import { TargetHealthRegistry } from './target-health.ts';
import { UpstreamFailure } from './upstream-failure.ts';
import type { UpstreamCall, UpstreamPorts, UpstreamSettings } from './upstream-options.ts';

export interface UpstreamAnswer {
  readonly target: Target;
  /** Every attempt in order, the answering one last; live until the answer has ended. */
  readonly attempts: readonly AttemptRecord[];
  readonly answer: Answer;
}

/** For gauges: what is passed over now. */
export interface UpstreamStatus {
  readonly openBreakers: readonly Target[];
  readonly credentialsSetAside: readonly SetAsideCredential[];
}

/** Retry, fallback, deadlines, breakers and credentials over all configured providers. One for a node. */
export interface Upstream {
  /** Resolves once content has come, or the whole answer; rejects with `UpstreamFailure` alone. */
  call(request: UpstreamCall): Promise<UpstreamAnswer>;
  /** New settings for calls that begin from now on. What is known of targets and credentials that remain is kept. */
  update(settings: UpstreamSettings): void;
  status(): UpstreamStatus;
}

/** A node's upstream. Holds no socket and no timer of its own: there is nothing to close. */
export function createUpstream({ clock, random, observe, ...initial }: UpstreamSettings & UpstreamPorts): Upstream {
  const ports: UpstreamPorts = { clock, random, observe };
  const targetHealth = new TargetHealthRegistry(ports);
  const credentialHealth = new CredentialHealth({ ...ports, credentials: initial.credentials });
  let settings: UpstreamSettings = initial;
  return {
    call: (request) => runCall(new CallCourse({ settings, ports, targetHealth, credentialHealth }, request)),
    update: (next) => {
      settings = next;
      targetHealth.forgetProvidersExcept(next.providers);
      credentialHealth.update(next.credentials);
    },
    status: () => ({
      openBreakers: targetHealth.openBreakers(),
      credentialsSetAside: credentialHealth.setAside(),
    }),
  };
}

async function runCall(course: CallCourse): Promise<UpstreamAnswer> {
  const { signal } = course.request;
  let answer: AttemptRun | undefined;
  try {
    if (!signal.aborted) answer = await callWithFallback(course);
  } catch (error) {
    throw new UpstreamFailure(asGatewayError(error), course.records, signal.aborted);
  }
  if (answer === undefined) throw new UpstreamFailure(failureOf(course), course.records, signal.aborted);
  return new AnsweredCall(course, answer);
}

class AnsweredCall implements UpstreamAnswer {
  readonly target: Target;
  readonly answer: AttemptRun;
  readonly #course: CallCourse;

  constructor(course: CallCourse, answer: AttemptRun) {
    this.target = answer.target;
    this.answer = answer;
    this.#course = course;
  }

  get attempts(): readonly AttemptRecord[] {
    return this.#course.records;
  }
}

/** Whatever is thrown on the way, a port's rejection included, leaves with the attempts: they have to be charged. */
const asGatewayError = (error: unknown): GatewayError =>
  error instanceof GatewayError
    ? error
    : new GatewayError('internal_error', { message: 'The call could not be carried on.', cause: error });

function failureOf(course: CallCourse): GatewayError {
  const { signal } = course.request;
  if (signal.aborted) {
    return signal.reason instanceof GatewayError
      ? signal.reason
      : new GatewayError('upstream_failed', { message: 'The call was aborted before an answer came.' });
  }
  const failures = course.runs.flatMap(({ record, error }) => (error === undefined ? [] : [{ record, error }]));
  return explainFailure(failures, course.state.settings.retry.maxMs);
}
