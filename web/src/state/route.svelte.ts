/** The address after the #: which screen, and which part of it. */
export const screens = ['start', 'program', 'data', 'metric', 'optimize', 'prompt', 'ship'] as const;
export type Screen = (typeof screens)[number];

export const titles: Readonly<Record<Screen, string>> = {
  start: 'Start',
  program: 'Program',
  data: 'Data',
  metric: 'Metric',
  optimize: 'Optimize',
  prompt: 'Prompt',
  ship: 'Ship',
};

function read(): { screen: Screen; part: string } {
  const [, name = 'start', part = ''] = location.hash.split('/');
  return { screen: screens.find((s) => s === name) ?? 'start', part };
}

class Route {
  #now = $state.raw(read());
  get screen(): Screen {
    return this.#now.screen;
  }
  get part(): string {
    return this.#now.part;
  }
  constructor() {
    addEventListener('hashchange', () => {
      this.#now = read();
    });
  }
  go(to: string): void {
    location.hash = `#/${to}`;
  }
}

export const route = new Route();
