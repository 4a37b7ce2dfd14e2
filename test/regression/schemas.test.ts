/** The published JSON Schemas: fresh, and of the same mind as what reads the files. */

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { parse } from 'yaml';
import { schemaFiles } from '../../scripts/schema-files.js';
import { findCases } from '../../src/regression/case/find-cases.js';

const schema = (name: string): object => JSON.parse(readFileSync(join('schema', name), 'utf8')) as object;

describe('schema/', () => {
  it('is what scripts/write-schemas.ts makes', async () => {
    for (const [path, text] of await schemaFiles()) {
      expect(existsSync(path), path).to.equal(true);
      expect(readFileSync(path, 'utf8'), path).to.equal(text);
    }
  });
});

describe('schema/case.schema.json', () => {
  const validate = new Ajv2020({ strict: true, allowUnionTypes: true }).compile(schema('case.schema.json'));

  for (const { name, folder } of findCases(['expectations']))
    it(`takes the case ${name}`, () => {
      validate(parse(readFileSync(join(folder, 'case.yaml'), 'utf8')));
      expect(validate.errors).to.equal(null);
    });

  const VALID = { title: 't', origin: 'by hand', config: 'a', captures: [{ file: 'a' }], expect: { captures: [] } };
  const REFUSED: { name: string; given: object }[] = [
    { name: 'an unknown key', given: { ...VALID, colour: 'red' } },
    { name: 'an unknown origin', given: { ...VALID, origin: 'a guess' } },
    { name: 'no captures', given: { ...VALID, captures: [] } },
    { name: 'no expectation', given: { ...VALID, expect: undefined } },
    {
      name: 'a count of 0',
      given: { ...VALID, expect: { captures: [], drops: [{ node: 'a', reason: 'b', count: 0 }] } },
    },
    {
      name: 'frame numbers that are none',
      given: { ...VALID, expect: { captures: [], paths: [{ frames: '1-', path: 'a' }] } },
    },
    { name: 'an unknown order', given: { ...VALID, compare: { order: 'random' } } },
  ];
  it('takes a plain case', () => {
    expect(validate(VALID)).to.equal(true);
  });
  for (const { name, given } of REFUSED)
    it(`refuses ${name}`, () => {
      expect(validate(JSON.parse(JSON.stringify(given)))).to.equal(false);
    });
});
