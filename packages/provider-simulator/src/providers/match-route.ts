import type { Endpoint } from '../call/endpoint.ts';
import { routes } from './routes.ts';

/** The endpoint of a request, with what its path says. */
export interface MatchedRoute {
  readonly endpoint: Endpoint;
  readonly pathNames: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
}

interface Pattern {
  readonly method: string;
  readonly path: RegExp;
  readonly endpoint: Endpoint;
}

const exact = new Map(routes.filter(({ path }) => !path.includes('{')).map((route) => [keyOf(route), route.endpoint]));
const patterns: readonly Pattern[] = routes
  .filter(({ path }) => path.includes('{'))
  .map(({ method, path, endpoint }) => ({ method, path: patternOf(path), endpoint }));

function keyOf({ method, path }: { readonly method: string; readonly path: string }): string {
  return `${method} ${path}`;
}

/** `{name}` stands for whatever is in its place between slashes. */
function patternOf(path: string): RegExp {
  return new RegExp(`^${path.replaceAll('.', '\\.').replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}$`);
}

/** What is served there, or undefined. */
export function matchRoute(method: string, url: URL): MatchedRoute | undefined {
  const query = url.searchParams;
  const endpoint = exact.get(keyOf({ method, path: url.pathname }));
  if (endpoint !== undefined) return { endpoint, pathNames: {}, query };
  for (const pattern of patterns) {
    const groups = pattern.method === method ? pattern.path.exec(url.pathname)?.groups : undefined;
    if (groups === undefined) continue;
    const named = Object.entries(groups).map(([name, value]) => [name, decode(value)]);
    return { endpoint: pattern.endpoint, pathNames: Object.fromEntries(named), query };
  }
  return undefined;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
