import { spawnSync } from 'node:child_process';
import type { ComposeProject } from './compose.ts';

/** Services whose image has no stand-in. */
const withoutStandIn = ['grafana'];

/**
 * The services to start: all of docker-compose.yml. Where no container registry can be reached,
 * TOLLGATE_BASE_IMAGES names a program that makes stand-ins for the images that it is given; then those that
 * have none are left out, by name.
 */
export async function provideBaseImages(project: ComposeProject): Promise<readonly string[]> {
  const services = lines(await project.run('config', '--services')).filter((service) => service !== 'tollgate');
  const program = process.env['TOLLGATE_BASE_IMAGES'] ?? '';
  if (program === '') return services;
  const named = [...(await project.run('config')).matchAll(/^ +image: (\S+)$/gm)].map(([, image]) => String(image));
  const wanted = new Set(['node:24-bookworm-slim', ...named.filter((image) => !isLeftOut(image))]);
  wanted.delete('tollgate:local');
  const { status } = spawnSync(program, [...wanted], { stdio: 'inherit' });
  if (status !== 0) throw new Error(`${program} could not make all of ${[...wanted].join(', ')}`);
  return services.filter((service) => !withoutStandIn.includes(service));
}

const isLeftOut = (image: string): boolean => withoutStandIn.some((name) => image.includes(`/${name}:`));

const lines = (text: string): readonly string[] => text.split('\n').filter((line) => line !== '');
