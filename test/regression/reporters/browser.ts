/**
 * A page in Debian's Chromium, as far as the tests need one. playwright-core's own types ask for the browser's globals, which
 * would then be known everywhere in the program; so what runs in the page is text here.
 */

import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

const CHROMIUM = '/usr/bin/chromium';
const ARGUMENTS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run'].concat([
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]);

interface Page {
  goto(url: string): Promise<unknown>;
  evaluate(code: string): Promise<unknown>;
  setViewportSize(size: { width: number; height: number }): Promise<void>;
  emulateMedia(options: { colorScheme: 'light' | 'dark' }): Promise<void>;
  on(event: 'request', listener: (request: { url(): string }) => void): void;
  on(event: 'console', listener: (message: { text(): string }) => void): void;
  on(event: 'pageerror', listener: (error: Error) => void): void;
}

interface Context {
  newPage(): Promise<Page>;
  close(): Promise<void>;
}

interface Playwright {
  readonly chromium: {
    launchPersistentContext(profile: string, options: object): Promise<Context>;
  };
}

export const hasChromium = existsSync(CHROMIUM);

export class Browser {
  /** URLs that the page asked for, and what it complained of, since it was shown. */
  readonly requests: string[] = [];
  readonly complaints: string[] = [];

  private constructor(
    private readonly folder: string,
    private readonly context: Context,
    private readonly page: Page,
  ) {
    page.on('request', (request) => this.requests.push(request.url()));
    page.on('console', (message) => this.complaints.push(message.text()));
    page.on('pageerror', (error) => this.complaints.push(error.message));
  }

  static async start(): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), 'vppcap-html-'));
    const { chromium } = createRequire(import.meta.url)('playwright-core') as Playwright;
    const context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath: CHROMIUM,
      headless: true,
      args: ARGUMENTS,
    });
    return new Browser(folder, context, await context.newPage());
  }

  async close(): Promise<void> {
    await this.context.close();
    rmSync(this.folder, { recursive: true });
  }

  /** Shows a page, all of it unfolded, and returns its URL. */
  async show(html: string): Promise<string> {
    const file = join(this.folder, 'report.html');
    writeFileSync(file, html);
    this.requests.length = 0;
    this.complaints.length = 0;
    const url = pathToFileURL(file).href;
    await this.page.goto(url);
    await this.evaluate(`document.querySelectorAll('details').forEach((each) => { each.open = true; })`);
    return url;
  }

  resize(width: number, height: number, colorScheme: 'light' | 'dark'): Promise<void> {
    return this.page.setViewportSize({ width, height }).then(() => this.page.emulateMedia({ colorScheme }));
  }

  /** The value of an expression in the page. */
  async evaluate<T>(expression: string): Promise<T> {
    return (await this.page.evaluate(expression)) as T;
  }

  /** What axe-core finds, and whether the page is wider than the window. */
  async faults(): Promise<string[]> {
    await this.evaluate(readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8'));
    const found = await this.evaluate<{ violations: { id: string; nodes: { html: string }[] }[] }>('axe.run()');
    const isWide = await this.evaluate<boolean>('document.documentElement.scrollWidth > innerWidth');
    return [
      ...found.violations.map(({ id, nodes }) => `${id}: ${nodes[0].html}`),
      ...(isWide ? ['wider than the window'] : []),
    ];
  }

  /** Texts of the elements that are not hidden. */
  texts(selector: string): Promise<string[]> {
    return this.evaluate(
      `[...document.querySelectorAll(${JSON.stringify(selector)})].filter((each) => each.getClientRects().length > 0)` +
        `.map((each) => each.textContent.trim())`,
    );
  }
}
