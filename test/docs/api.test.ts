/** docs/API.md describes what the package exports, all of it and nothing else, and its examples do what it says. */

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import ts from 'typescript';
import { ROOT } from '../cli/run-vppcap.js';

const API = readFileSync(join(ROOT, 'docs', 'API.md'), 'utf8');

/** The heading of an entry starts with the name: ### `replay(options): ...` */
const documentedNames = (): string[] => [...API.matchAll(/^### `(\w+)/gm)].map(([, name]) => name);

/** Names that an index of `export { a, type B } from` declarations exports. */
function exportedNames(): string[] {
  const path = join(ROOT, 'src', 'index.ts');
  const source = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest);
  return source.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement) || !statement.exportClause || !ts.isNamedExports(statement.exportClause))
      throw new Error('src/index.ts is expected to have declarations `export { … } from` only');
    return statement.exportClause.elements.map(({ name }) => name.text);
  });
}

interface Example {
  readonly code: string;
  /** What it prints, '' where nothing is shown. */
  readonly printed: string;
}

/** Each `ts` block; a `text` block is what the one before it prints. */
function examples(): Example[] {
  const found: { code: string; printed: string }[] = [];
  for (const [, kind, block] of API.matchAll(/^```(ts|text)\n(.*?)^```$/gms)) {
    const last = found.at(-1);
    if (kind === 'ts') found.push({ code: block, printed: '' });
    else if (last) last.printed = block;
  }
  return found;
}

describe('docs/API.md', () => {
  it('describes every export, once, and nothing else', () => {
    expect(documentedNames().sort()).to.deep.equal(exportedNames().sort());
  });

  it('has examples that compile, run and print what it says', function () {
    this.timeout(120_000);
    expect(examples()).to.have.length(7);
    // Inside the package, where 'vppcap' means the package itself.
    const source = join(ROOT, 'dist', 'api-examples');
    const folder = mkdtempSync(join(tmpdir(), 'vppcap-api-'));
    for (const name of ['captures', 'configs', 'expectations']) symlinkSync(join(ROOT, name), join(folder, name));
    mkdirSync(source, { recursive: true });
    try {
      const files = examples().map(({ code }, i) => {
        const path = join(source, `example-${i}.ts`);
        writeFileSync(path, code);
        return path;
      });
      expect(complaints(files)).to.deep.equal([]);
      for (const [i, { printed }] of examples().entries()) {
        const script = files[i].replace(/ts$/, 'js');
        const { stdout, stderr } = spawnSync(process.execPath, [script], { cwd: folder, encoding: 'utf8' });
        expect(stdout + stderr, `example ${i + 1}`).to.equal(printed);
      }
    } finally {
      rmSync(source, { recursive: true });
      rmSync(folder, { recursive: true });
    }
  });
});

/** What the compiler says of the files, as strict as it is with the project's own; compiles them. */
function complaints(files: readonly string[]): string[] {
  const options: ts.CompilerOptions = {
    strict: true,
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    types: ['node'],
  };
  const program = ts.createProgram(files, options);
  const { diagnostics } = program.emit();
  return [...ts.getPreEmitDiagnostics(program), ...diagnostics].map(({ messageText }) =>
    ts.flattenDiagnosticMessageText(messageText, '\n'),
  );
}
